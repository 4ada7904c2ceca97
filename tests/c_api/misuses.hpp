#pragma once

#include "c_api/border.hpp"

#include <string>
#include <vector>

/// While it lives, misuses of the C API are heard here instead of being asserted.
class Misuses {
public:
    Misuses() : before_(engine_net::c_api::exchange_misuse_listener(hear)) { heard().clear(); }
    ~Misuses() { engine_net::c_api::exchange_misuse_listener(before_); }
    Misuses(const Misuses&) = delete;
    Misuses& operator=(const Misuses&) = delete;

    /// "function: what is wrong", in order.
    static std::vector<std::string>& heard() {
        static std::vector<std::string> all;
        return all;
    }

private:
    static void hear(const char* function, const char* what) {
        heard().push_back(std::string(function).append(": ").append(what));
    }

    engine_net::c_api::MisuseListener before_;
};
