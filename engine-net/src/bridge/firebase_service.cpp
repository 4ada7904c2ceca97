#include "bridge/service.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::bridge {
namespace {

constexpr std::size_t most_key_bytes = 768;
constexpr std::size_t digits = 20; ///< of any 64 bits

bool is_plain(char letter) {
    constexpr std::string_view marks = "-_!~*'()";
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || marks.find(letter) != std::string_view::npos;
}

void add_escaped(std::string& out, char letter, std::string_view percent) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(letter);
    out.append(percent);
    out += hex[byte >> 4U];
    out += hex[byte & 15U];
}

/// `encodeURIComponent` of JavaScript, and dots as %2E: none of what Firebase forbids is in it.
std::string escaped(std::string_view text, std::string_view percent = "%") {
    std::string out;
    for (const char letter : text) {
        if (is_plain(letter)) {
            out += letter;
        } else {
            add_escaped(out, letter, percent);
        }
    }
    return out;
}

/// A key as it stands in an address.
std::string in_url(std::string_view key) {
    return escaped(key, "%25");
}

std::string padded(std::uint64_t number) {
    const std::string text = std::to_string(number);
    return std::string(digits - text.size(), '0') + text;
}

class Firebase final : public Service {
public:
    explicit Firebase(const FirebaseService& service) : place_(service.url) {
        while (place_.ends_with('/')) place_.pop_back();
        std::string_view path = service.path;
        while (!path.empty()) {
            const std::string_view part = path.substr(0, path.find('/'));
            if (!part.empty()) place_ += "/" + in_url(part);
            path.remove_prefix(std::min(path.size(), part.size() + 1));
        }
        query_ = ".json?print=silent";
        if (!service.auth.empty()) query_ += "&auth=" + escaped(service.auth);
    }

    [[nodiscard]] std::string_view name() const override { return "firebase"; }
    [[nodiscard]] std::size_t max_batch() const override { return 1; }
    [[nodiscard]] bool is_by_channel() const override { return true; }
    [[nodiscard]] std::string problem_of(std::string_view channel) const override {
        return escaped(channel).size() > most_key_bytes ? "its name is too long" : "";
    }
    [[nodiscard]] std::string problem_of(const Passage& /*passage*/) const override { return ""; }
    HttpCall call(const std::vector<const Passage*>& passages, std::size_t& count) override {
        const Passage& one = *passages.front();
        count = 1;
        HttpCall call;
        call.method = HttpMethod::put;
        call.url = place_ + "/" + in_url(one.channel) + "/" + padded(one.epoch) + "-" +
                   padded(one.number) + query_;
        call.headers = {"Content-Type: application/json"};
        call.body = to_text(one.message);
        return call;
    }
    [[nodiscard]] std::optional<std::vector<std::size_t>>
    failed_of(const std::string& /*body*/, std::size_t /*count*/) const override {
        return std::vector<std::size_t>{};
    }

private:
    std::string place_;
    std::string query_; ///< has the secret
};

} // namespace

std::unique_ptr<Service> make_firebase_service(const FirebaseService& service) {
    return std::make_unique<Firebase>(service);
}

} // namespace engine_net::bridge
