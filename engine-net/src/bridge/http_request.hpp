#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine_net::bridge {

struct HttpRequest {
    std::string method{};
    std::string path{}; ///< without escapes
    std::vector<std::pair<std::string, std::string>> query{};
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    bool keeps_alive = false;
    bool is_http_1_0 = false;

    /// Of the first with this name, in small letters or capitals.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
    /// How many there are of this name.
    [[nodiscard]] std::size_t count(std::string_view name) const;
    /// Whether one of a header's words, between commas, is this.
    [[nodiscard]] bool has_word(std::string_view name, std::string_view word) const;
    /// Of the query; "": it is not there.
    [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

bool is_same_word(std::string_view a, std::string_view b);

/// Text without its escapes; nothing where they are malformed, or what comes out has a zero or is
/// not UTF-8.
std::optional<std::string> unescape(std::string_view text, bool plus_is_space);

/// Bodies of requests whose targets begin so may be longer.
struct LongBodies {
    std::string_view target{}; ///< outlives its user; "": there are none
    std::size_t max_bytes = 0;
};

/// Reads one request after the other. Hides Boost.Beast's parser.
class HttpReader {
public:
    HttpReader(std::size_t max_header_bytes,
               std::size_t max_body_bytes,
               LongBodies long_bodies = {});
    ~HttpReader();
    HttpReader(const HttpReader&) = delete;
    HttpReader& operator=(const HttpReader&) = delete;

    /// Takes what belongs to this request off `bytes`; the rest is to be given again, with more.
    /// A request: it is whole. Nothing: it needs more, or `refusal` says the status that it is
    /// refused with, and there will be none.
    std::optional<HttpRequest> read(std::string_view& bytes);
    [[nodiscard]] int refusal() const { return refusal_; }
    /// Something of a request has come, but not all.
    [[nodiscard]] bool has_begun() const { return has_begun_; }

private:
    struct Parser;

    [[nodiscard]] bool is_body_too_long() const;
    std::optional<HttpRequest> finish();

    std::size_t max_header_bytes_;
    std::size_t max_body_bytes_;
    LongBodies long_bodies_;
    std::unique_ptr<Parser> parser_;
    int refusal_ = 0;
    bool has_begun_ = false;
};

} // namespace engine_net::bridge
