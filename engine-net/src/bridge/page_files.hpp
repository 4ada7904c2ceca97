#pragma once

#include "bridge/http_request.hpp"
#include "bridge/http_response.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace engine_net::bridge {

/// The files of a folder, read again when they change. `x.gz` beside `x` is sent to who takes it.
class PageFiles {
public:
    static constexpr std::uintmax_t max_file_bytes = 16 * 1024 * 1024;
    static constexpr std::size_t max_cached = 256;

    /// "": there are none.
    explicit PageFiles(const std::string& folder);

    HttpResponse answer(const HttpRequest& request);

private:
    struct File {
        std::filesystem::file_time_type changed{};
        std::uintmax_t size = 0;
        SharedBytes bytes{};
        std::string etag{};
    };

    /// Null: there is none, or none that may be seen.
    const File* find(const std::string& path);

    std::filesystem::path folder_; ///< in full; empty: none
    std::map<std::string, File> cached_;
};

} // namespace engine_net::bridge
