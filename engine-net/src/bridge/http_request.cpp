#include "bridge/http_request.hpp"

#include "wire/text.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace engine_net::bridge {
namespace {

namespace http = boost::beast::http;

char small(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

int digit_of(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    const char low = small(letter);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// What stands before `mark`, which is taken off `text` with it.
std::string_view take_until(std::string_view& text, char mark) {
    const std::size_t end = text.find(mark);
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return taken;
}

/// Path and query of a request's target. Proxies may send it with scheme and host.
bool split_target(std::string_view target, HttpRequest& request) {
    if (target.starts_with("http://") || target.starts_with("https://")) {
        target.remove_prefix(target.find("//") + 2);
        const std::size_t path = target.find('/');
        target = path == std::string_view::npos ? "/" : target.substr(path);
    }
    if (!target.starts_with('/')) return false;
    target = target.substr(0, target.find('#'));
    auto path = unescape(take_until(target, '?'), false);
    if (!path) return false;
    request.path = std::move(*path);
    while (!target.empty()) {
        std::string_view pair = take_until(target, '&');
        auto name = unescape(take_until(pair, '='), true);
        auto value = unescape(pair, true);
        if (!name || !value) return false;
        request.query.emplace_back(std::move(*name), std::move(*value));
    }
    return true;
}

/// A line that ends without a carriage return, which Beast would wait on until the header is full,
/// or one that goes on in the next, which others may read as two.
bool has_bad_line(std::string_view header) {
    header = header.substr(0, header.find("\r\n\r\n"));
    for (std::size_t at = header.find('\n'); at != std::string_view::npos;
         at = header.find('\n', at + 1)) {
        if (at == 0 || header[at - 1] != '\r') return true;
        const char next = at + 1 < header.size() ? header[at + 1] : '\0';
        if (next == ' ' || next == '\t') return true;
    }
    return false;
}

/// Whether a request's first line ends as one of some version of HTTP does.
bool names_version(std::string_view line) {
    constexpr std::string_view form = " HTTP/n.n";
    const std::size_t at = line.find(' ', line.find(' ') + 1); // after method and target
    if (at == std::string_view::npos) return false;
    const std::string_view version = line.substr(at);
    const auto fits = [](char letter, char of_form) {
        return of_form == 'n' ? letter >= '0' && letter <= '9' : letter == of_form;
    };
    return std::equal(version.begin(), version.end(), form.begin(), form.end(), fits);
}

/// What Beast's error is answered with, for a request that begins with `line`.
int status_of(const boost::beast::error_code& error, std::string_view line) {
    if (error == http::error::header_limit) return 431;
    if (error == http::error::body_limit) return 413;
    if (error == http::error::bad_version && names_version(line)) return 505;
    return 400;
}

/// Of a `Host`, which may be empty: no more than what a name or address and a port are made of.
bool is_host(std::string_view text) {
    constexpr std::string_view marks = "-._~%!$&'()*+,;=:[]";
    return std::all_of(text.begin(), text.end(), [&](char letter) {
        const char low = small(letter);
        return (low >= 'a' && low <= 'z') || (letter >= '0' && letter <= '9') ||
               marks.find(letter) != std::string_view::npos;
    });
}

/// What a request is refused with whose body may end elsewhere for others than for Beast, which
/// takes codings that it does not know for none; 0: nothing.
int refusal_of_coding(const HttpRequest& request) {
    constexpr std::string_view name = "transfer-encoding";
    if (request.count(name) == 0) return 0;
    const bool is_chunked = request.has_word(name, "chunked");
    const std::string_view value = request.header(name).value_or("");
    const bool is_plain = request.count(name) == 1 && is_same_word(trimmed(value), "chunked");
    if (is_plain && !request.is_http_1_0) return 0;
    return is_chunked ? 400 : 501;
}

/// 400 or 501, or 0 for a request of HTTP that one can answer.
int refusal_of(const HttpRequest& request) {
    const std::size_t hosts = request.count("host");
    const bool needs_host = !request.is_http_1_0;
    if (hosts > 1 || (needs_host && hosts == 0)) return 400;
    if (!is_host(request.header("host").value_or(""))) return 400;
    return refusal_of_coding(request);
}

} // namespace

bool is_same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return small(x) == small(y);
    });
}

std::optional<std::string> unescape(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char letter = text[i];
        if (letter == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = digit_of(text[i + 1]);
            const int low = digit_of(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            letter = static_cast<char>(high * 16 + low);
            i += 2;
        } else if (letter == '+' && plus_is_space) {
            letter = ' ';
        }
        if (letter == '\0') return std::nullopt;
        out.push_back(letter);
    }
    if (!wire::is_utf8(out)) return std::nullopt;
    return out;
}

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (is_same_word(key, name)) return value;
    }
    return std::nullopt;
}

std::size_t HttpRequest::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(headers.begin(), headers.end(), [&](const auto& one) {
            return is_same_word(one.first, name);
        }));
}

bool HttpRequest::has_word(std::string_view name, std::string_view word) const {
    for (const auto& [key, value] : headers) {
        if (!is_same_word(key, name)) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            if (is_same_word(trimmed(take_until(rest, ',')), word)) return true;
        }
    }
    return false;
}

std::string_view HttpRequest::parameter(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return {};
}

namespace {

/// "0\r\n\r\n": as much is still to come of any body in chunks. Of less Beast 1.81 takes the last
/// chunk's beginning, and when it is called again asserts that it is given this much.
constexpr std::size_t least_of_chunks = 5;

std::size_t least_of(const http::request_parser<http::string_body>& parser) {
    return parser.is_header_done() && parser.chunked() ? least_of_chunks : 1;
}

} // namespace

struct HttpReader::Parser {
    http::request_parser<http::string_body> of_beast;
};

HttpReader::HttpReader(std::size_t max_header_bytes,
                       std::size_t max_body_bytes,
                       LongBodies long_bodies)
    : max_header_bytes_(max_header_bytes)
    , max_body_bytes_(max_body_bytes)
    , long_bodies_(long_bodies) {}

HttpReader::~HttpReader() = default;

std::optional<HttpRequest> HttpReader::read(std::string_view& bytes) {
    if (refusal_ != 0) return std::nullopt;
    // Old clients send empty lines after a body.
    while (!has_begun_ && bytes.starts_with("\r\n")) bytes.remove_prefix(2);
    if (!parser_) {
        parser_ = std::make_unique<Parser>();
        parser_->of_beast.header_limit(static_cast<std::uint32_t>(max_header_bytes_));
        // Which limit holds is known with the target: `is_body_too_long`.
        parser_->of_beast.body_limit(std::max(max_body_bytes_, long_bodies_.max_bytes));
        parser_->of_beast.eager(true);
    }
    auto& parser = parser_->of_beast;
    while (!parser.is_done() && bytes.size() >= least_of(parser)) {
        has_begun_ = true;
        if (!parser.is_header_done() && has_bad_line(bytes)) {
            refusal_ = 400;
            return std::nullopt;
        }
        const std::string_view line = bytes.substr(0, bytes.find("\r\n"));
        boost::beast::error_code error;
        const std::size_t used = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
        bytes.remove_prefix(used);
        const bool needs_more = error == http::error::need_more; // what is whole was used
        if (error && !needs_more) {
            refusal_ = status_of(error, line);
        } else if (is_body_too_long()) {
            refusal_ = 413;
        } else if (needs_more && !parser.is_header_done() && bytes.size() >= max_header_bytes_) {
            refusal_ = 431;
        }
        if (refusal_ != 0 || needs_more || used == 0) return std::nullopt;
    }
    return parser.is_done() ? finish() : std::nullopt;
}

bool HttpReader::is_body_too_long() const {
    const auto& parser = parser_->of_beast;
    if (!parser.is_header_done()) return false;
    const auto target = parser.get().target();
    const bool may_be_long =
        !long_bodies_.target.empty() && target.starts_with(long_bodies_.target);
    const std::size_t most = may_be_long ? long_bodies_.max_bytes : max_body_bytes_;
    return parser.get().body().size() > most || parser.content_length().value_or(0) > most;
}

std::optional<HttpRequest> HttpReader::finish() {
    auto& message = parser_->of_beast.get();
    HttpRequest request;
    request.method = std::string(message.method_string());
    request.keeps_alive = parser_->of_beast.keep_alive();
    for (const auto& field : message) {
        request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    request.body = std::move(message.body());
    request.is_http_1_0 = message.version() < 11;
    const std::string target(message.target());
    parser_.reset();
    has_begun_ = false;
    refusal_ = refusal_of(request);
    if (refusal_ == 0 && !split_target(target, request)) refusal_ = 400;
    return refusal_ == 0 ? std::optional(std::move(request)) : std::nullopt;
}

} // namespace engine_net::bridge
