#include "bridge/page_files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace engine_net::bridge {
namespace {

namespace fs = std::filesystem;

struct Type {
    std::string_view ending;
    std::string_view content_type;
};
constexpr std::array types{
    Type{".html", "text/html; charset=utf-8"},
    Type{".js", "text/javascript; charset=utf-8"},
    Type{".mjs", "text/javascript; charset=utf-8"},
    Type{".css", "text/css; charset=utf-8"},
    Type{".json", "application/json"},
    Type{".map", "application/json"},
    Type{".webmanifest", "application/manifest+json"},
    Type{".svg", "image/svg+xml"},
    Type{".png", "image/png"},
    Type{".jpg", "image/jpeg"},
    Type{".webp", "image/webp"},
    Type{".ico", "image/x-icon"},
    Type{".woff2", "font/woff2"},
    Type{".wasm", "application/wasm"},
    Type{".txt", "text/plain; charset=utf-8"},
};

std::string_view type_of(std::string_view path) {
    for (const Type& type : types) {
        if (path.ends_with(type.ending)) return type.content_type;
    }
    return "application/octet-stream";
}

/// Pages run only what comes from here; they may talk to other servers of ours.
constexpr std::string_view page_policy =
    "default-src 'self'; connect-src * ws: wss:; img-src 'self' data: blob:; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'";

/// No part of it begins with a dot, so none leads upwards or to what is hidden.
bool is_plain(std::string_view path) {
    return path.find("/.") == std::string_view::npos && path.find('\\') == std::string_view::npos &&
           path.find("//") == std::string_view::npos;
}

} // namespace

PageFiles::PageFiles(const std::string& folder) {
    std::error_code error;
    if (!folder.empty()) folder_ = fs::canonical(folder, error);
    if (error) folder_.clear();
}

const PageFiles::File* PageFiles::find(const std::string& path) {
    if (folder_.empty() || !is_plain(path)) return nullptr;
    std::error_code error;
    const fs::path full = fs::canonical(folder_ / path.substr(1), error);
    if (error || !fs::is_regular_file(full, error)) return nullptr;
    // A link that leads out of the folder.
    const auto [inside, rest] =
        std::mismatch(folder_.begin(), folder_.end(), full.begin(), full.end());
    if (inside != folder_.end()) return nullptr;
    const std::uintmax_t size = fs::file_size(full, error);
    const auto changed = fs::last_write_time(full, error);
    if (error || size > max_file_bytes) return nullptr;

    if (cached_.size() >= max_cached) cached_.clear();
    File& file = cached_[path];
    if (file.bytes && file.changed == changed && file.size == size) return &file;
    std::ifstream in(full, std::ios::binary);
    auto bytes = std::make_shared<std::vector<std::uint8_t>>(std::istreambuf_iterator<char>(in),
                                                             std::istreambuf_iterator<char>());
    file = {changed,
            size,
            bytes,
            etag_of({reinterpret_cast<const char*>(bytes->data()), bytes->size()})};
    return &file;
}

HttpResponse PageFiles::answer(const HttpRequest& request) {
    std::string path = request.path;
    if (path.ends_with('/')) path += "index.html";
    const std::string_view type = type_of(path);
    const bool is_there = find(path) != nullptr;
    const bool takes_zipped = is_there && request.has_word("accept-encoding", "gzip");
    const File* file = takes_zipped ? find(path + ".gz") : nullptr;
    const bool is_zipped = file != nullptr;
    if (is_there && !is_zipped) file = find(path);
    if (!file) return refusal_response(404);
    HttpResponse response;
    response.content_type = type;
    response.shared_body = file->bytes;
    response.headers = {{"ETag", file->etag},
                        {"Cache-Control", "no-cache"},
                        {"Vary", "Accept-Encoding"},
                        {"Referrer-Policy", "no-referrer"}};
    if (is_zipped) response.headers.emplace_back("Content-Encoding", "gzip");
    if (type.starts_with("text/html")) {
        response.headers.emplace_back("Content-Security-Policy", page_policy);
    }
    return response;
}

} // namespace engine_net::bridge
