#pragma once

#include <engine_net/clock.hpp>

#include <cstdint>

namespace watch {

/// Makes a rate of a counter that is heard of now and then: over the last one to two seconds.
class Rate {
public:
    void note(engine_net::Time now, std::uint64_t count);
    [[nodiscard]] double per_second() const { return per_second_; }

private:
    struct Sample {
        engine_net::Time at{};
        std::uint64_t count = 0;
    };

    void restart(const Sample& sample);

    bool has_begun_ = false;
    Sample oldest_;
    Sample middle_;
    Sample newest_;
    double per_second_ = 0;
};

} // namespace watch
