#include "bridge/http_response.hpp"

#include "bridge/json_text.hpp"

#include <sodium.h>

#include <array>

namespace engine_net::bridge {
namespace {

std::string_view reason_of(int status) {
    switch (status) {
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 413: return "Payload Too Large";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Error";
    }
}

/// Statuses that never have a body, nor its length.
bool is_bodiless(int status) {
    return status < 200 || status == 204 || status == 304;
}

} // namespace

HttpResponse json_response(std::string body) {
    HttpResponse response;
    response.content_type = "application/json";
    response.headers.emplace_back("Cache-Control", "no-cache");
    response.body = std::move(body);
    return response;
}

HttpResponse error_response(int status, std::string_view error, std::string_view detail) {
    HttpResponse response = json_response(to_text(Json{{"error", error}, {"detail", detail}}));
    response.status = status;
    return response;
}

HttpResponse refusal_response(int status) {
    switch (status) {
    case 403:
        return error_response(status, "origin_not_allowed", "Pages of this origin may not use it.");
    case 404: return error_response(status, "not_found", "There is nothing at this path.");
    case 408: return error_response(status, "too_late", "The request did not come in time.");
    case 413: return error_response(status, "too_large", "The body is too large.");
    case 429:
        return error_response(
            status, "too_many", "There are too many connections from this address.");
    case 431: return error_response(status, "too_large", "The header is too large.");
    case 501: return error_response(status, "unknown", "That part of HTTP is not known here.");
    case 503: return error_response(status, "not_now", "The server has no room at present.");
    case 505: return error_response(status, "bad_version", "It is HTTP/1.1 that is spoken here.");
    default: return error_response(status, "bad_request", "That is no request of HTTP/1.1.");
    }
}

std::string etag_of(std::string_view body) {
    std::array<unsigned char, 16> hash{};
    crypto_generichash(hash.data(),
                       hash.size(),
                       reinterpret_cast<const unsigned char*>(body.data()),
                       body.size(),
                       nullptr,
                       0);
    std::array<char, 2 * hash.size() + 1> digits{};
    sodium_bin2hex(digits.data(), digits.size(), hash.data(), hash.size());
    return "\"" + std::string(digits.data()) + "\"";
}

SharedBytes make_head(const HttpResponse& response, HeadOptions options) {
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
    head += reason_of(response.status);
    head += "\r\n";
    const auto add = [&](std::string_view name, std::string_view value) {
        head.append(name).append(": ").append(value).append("\r\n");
    };
    if (!response.content_type.empty()) add("Content-Type", response.content_type);
    for (const auto& [name, value] : response.headers) add(name, value);
    if (response.status != 101) {
        add("X-Content-Type-Options", "nosniff");
        add("Connection", options.keeps_alive ? "keep-alive" : "close");
    }
    if (options.has_length && !is_bodiless(response.status)) {
        const std::size_t size =
            response.shared_body ? response.shared_body->size() : response.body.size();
        add("Content-Length", std::to_string(size));
    }
    head += "\r\n";
    return std::make_shared<std::vector<std::uint8_t>>(head.begin(), head.end());
}

SharedBytes make_body(const HttpResponse& response) {
    if (is_bodiless(response.status)) return nullptr;
    if (response.shared_body) return response.shared_body;
    return std::make_shared<std::vector<std::uint8_t>>(response.body.begin(), response.body.end());
}

} // namespace engine_net::bridge
