#include "session/connect_token.hpp"

#include "transport/secret_source.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <sodium.h>

#include <algorithm>
#include <string>
#include <utility>

namespace engine_net {

namespace {

constexpr std::size_t token_tag_bytes = 16;
static_assert(token_number_bytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(token_tag_bytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);
static_assert(key_bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

constexpr std::size_t longest_open =
    1 + 8 + 1 + max_token_servers * (key_bytes + 1 + max_token_address_bytes);
constexpr std::size_t longest_grant = 8 + 3 + max_user_bytes + 2 * max_name_bytes;
static_assert(max_connect_token_bytes ==
              longest_open + token_number_bytes + longest_grant + token_tag_bytes);
static_assert(max_connect_token_digits == (4 * max_connect_token_bytes + 2) / 3);
/// In seconds; far beyond it sums would overflow.
constexpr std::int64_t latest_time = INT64_C(1) << 40;

void write_text(ByteWriter& writer, std::string_view text) {
    writer.write(static_cast<std::uint8_t>(text.size()));
    writer.write_bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string read_text(ByteReader& reader) {
    const Bytes bytes = reader.read_bytes(reader.read<std::uint8_t>());
    return {bytes.begin(), bytes.end()};
}

UnixTime read_time(ByteReader& reader) {
    return UnixTime(std::chrono::seconds(reader.read<std::int64_t>()));
}

bool is_sound(UnixTime time) {
    return time.time_since_epoch().count() >= 0 && time.time_since_epoch().count() <= latest_time;
}

bool is_shown_or_none(std::string_view text, std::size_t max_bytes) {
    return text.empty() || wire::is_display_text(text, max_bytes);
}

std::optional<std::string> problem_of(const ConnectGrant& grant) {
    if (!wire::is_display_text(grant.user, max_user_bytes))
        return "the user must be 1 to 64 bytes of printable UTF-8";
    if (!is_shown_or_none(grant.name, max_name_bytes))
        return "the name must be at most 64 bytes of printable UTF-8";
    if (!is_shown_or_none(grant.room, max_name_bytes))
        return "the room must be at most 64 bytes of printable UTF-8";
    if (!is_sound(grant.issued_at) || !is_sound(grant.expires_at) ||
        grant.expires_at <= grant.issued_at ||
        grant.expires_at - grant.issued_at > longest_token_life)
        return "it must expire after it is issued, at most 24 hours";
    if (grant.servers.empty() || grant.servers.size() > max_token_servers)
        return "it must be good for 1 to 8 servers";
    for (const TokenServer& server : grant.servers) {
        if (!parse_public_key(server.key)) return "a server's key is 64 hexadecimal digits";
        if (!is_shown_or_none(server.address, max_token_address_bytes))
            return "a server's address must be at most 64 bytes of printable UTF-8";
    }
    return std::nullopt;
}

std::vector<std::uint8_t> open_part(const ConnectGrant& grant) {
    std::vector<std::uint8_t> out;
    ByteWriter writer(out);
    writer.write(connect_token_version);
    writer.write(std::int64_t{grant.expires_at.time_since_epoch().count()});
    writer.write(static_cast<std::uint8_t>(grant.servers.size()));
    for (const TokenServer& server : grant.servers) {
        writer.write_bytes(*parse_public_key(server.key));
        write_text(writer, server.address);
    }
    return out;
}

std::vector<std::uint8_t> sealed_part(const ConnectGrant& grant) {
    std::vector<std::uint8_t> out;
    ByteWriter writer(out);
    writer.write(std::int64_t{grant.issued_at.time_since_epoch().count()});
    write_text(writer, grant.user);
    write_text(writer, grant.name);
    write_text(writer, grant.room);
    return out;
}

std::string token_text(Bytes token) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_encoded_len(token.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), token.data(), token.size(), variant);
    text.pop_back();
    return text;
}

} // namespace

std::string make_connect_token_key() {
    SecretBytes key;
    SecretSource(std::nullopt).fill(key.view());
    return to_text(key.view());
}

Result<std::string, std::string> seal_connect_token(std::string_view key,
                                                    const ConnectGrant& grant) {
    const std::optional<SecretBytes> secret = parse_secret_key(key);
    if (!secret) return Unexpected(std::string("the key must be 64 hexadecimal digits"));
    if (auto problem = problem_of(grant)) return Unexpected(std::move(*problem));
    std::vector<std::uint8_t> token = open_part(grant);
    const std::size_t open_bytes = token.size();
    TokenNumber number{};
    SecretSource(std::nullopt).fill(number);
    token.insert(token.end(), number.begin(), number.end());
    const std::vector<std::uint8_t> text = sealed_part(grant);
    const std::size_t sealed_at = token.size();
    token.resize(sealed_at + text.size() + token_tag_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(token.data() + sealed_at,
                                               nullptr,
                                               text.data(),
                                               text.size(),
                                               token.data(),
                                               open_bytes,
                                               nullptr,
                                               number.data(),
                                               secret->data());
    return token_text(token);
}

std::optional<std::vector<std::uint8_t>> token_bytes(std::string_view text) {
    if (text.size() > max_connect_token_digits) return std::nullopt;
    std::vector<std::uint8_t> bytes(max_connect_token_bytes);
    std::size_t count = 0;
    const int status = sodium_base642bin(bytes.data(),
                                         bytes.size(),
                                         text.data(),
                                         text.size(),
                                         nullptr,
                                         &count,
                                         nullptr,
                                         sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (status != 0) return std::nullopt;
    bytes.resize(count);
    return bytes;
}

std::optional<OpenToken> read_token(Bytes token) {
    ByteReader reader(token);
    if (reader.read<std::uint8_t>() != connect_token_version) return std::nullopt;
    OpenToken read;
    read.info.expires_at = read_time(reader);
    const std::size_t servers = reader.read<std::uint8_t>();
    if (!is_sound(read.info.expires_at) || servers == 0 || servers > max_token_servers)
        return std::nullopt;
    read.info.servers.reserve(servers);
    for (std::size_t i = 0; i < servers; ++i) {
        const Bytes key = reader.read_bytes(key_bytes);
        TokenServer server{.key = to_text(key), .address = read_text(reader)};
        if (!is_shown_or_none(server.address, max_token_address_bytes)) return std::nullopt;
        read.info.servers.push_back(std::move(server));
    }
    read.open = token.first(token.size() - reader.rest().size());
    read.number = reader.read<TokenNumber>();
    read.sealed = reader.rest();
    if (!reader.ok() || read.sealed.size() > longest_grant + token_tag_bytes) return std::nullopt;
    return read;
}

std::optional<ConnectGrant> open_token(const OpenToken& token, const SecretBytes& key) {
    if (token.sealed.size() < token_tag_bytes) return std::nullopt;
    std::vector<std::uint8_t> opened(token.sealed.size() - token_tag_bytes);
    const int status = crypto_aead_xchacha20poly1305_ietf_decrypt(opened.data(),
                                                                  nullptr,
                                                                  nullptr,
                                                                  token.sealed.data(),
                                                                  token.sealed.size(),
                                                                  token.open.data(),
                                                                  token.open.size(),
                                                                  token.number.data(),
                                                                  key.data());
    return status == 0 ? read_sealed_grant(opened, token.info) : std::nullopt;
}

std::optional<ConnectGrant> read_sealed_grant(Bytes opened, TokenInfo info) {
    ByteReader reader(opened);
    ConnectGrant grant;
    grant.issued_at = read_time(reader);
    grant.user = read_text(reader);
    grant.name = read_text(reader);
    grant.room = read_text(reader);
    grant.expires_at = info.expires_at;
    grant.servers = std::move(info.servers);
    if (!reader.finished() || problem_of(grant)) return std::nullopt;
    return grant;
}

std::optional<TokenInfo> read_connect_token(std::string_view token) {
    const auto bytes = token_bytes(token);
    auto read = bytes ? read_token(*bytes) : std::nullopt;
    return read ? std::optional(std::move(read->info)) : std::nullopt;
}

std::optional<ConnectGrant> open_connect_token(std::string_view key, std::string_view token) {
    const std::optional<SecretBytes> secret = parse_secret_key(key);
    const auto bytes = token_bytes(token);
    const auto read = bytes ? read_token(*bytes) : std::nullopt;
    return secret && read ? open_token(*read, *secret) : std::nullopt;
}

} // namespace engine_net
