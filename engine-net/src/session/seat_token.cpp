#include "session/seat_token.hpp"

#include "wire/control.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <sodium.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace engine_net {

namespace {

constexpr std::uint8_t seal_version = 1;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t open_bytes = 1 + token_number_bytes;

constexpr std::size_t longest_player = 3 + max_user_bytes + 2 * max_name_bytes + 4;
constexpr std::size_t longest_ticket =
    open_bytes + 8 + 2 + 8 + longest_player + 4 + 4 + 2 + 2 * max_name_bytes + tag_bytes;
static_assert(longest_ticket <= max_ticket_bytes);
/// A JoinRoom with as much of everything as it may have is half as long.
constexpr std::size_t longest_join = 6 * 1024;
static_assert(open_bytes + 8 + 2 + 8 + longest_player + 4 + 4 + 8 + 2 + longest_join + tag_bytes <=
              max_seat_bytes);

void write_text(ByteWriter& writer, std::string_view text, std::size_t max_bytes) {
    const std::string cut = wire::to_utf8(text, max_bytes);
    writer.write(static_cast<std::uint8_t>(cut.size()));
    writer.write_bytes({reinterpret_cast<const std::uint8_t*>(cut.data()), cut.size()});
}

std::string read_text(ByteReader& reader) {
    const Bytes bytes = reader.read_bytes(reader.read<std::uint8_t>());
    return {bytes.begin(), bytes.end()};
}

void write_player(ByteWriter& writer, const Player& player) {
    write_text(writer, player.user, max_user_bytes);
    write_text(writer, player.name, max_name_bytes);
    write_text(writer, player.room, max_name_bytes);
    writer.write(player.colour);
}

Player read_player(ByteReader& reader) {
    Player player;
    player.user = read_text(reader);
    player.name = read_text(reader);
    player.room = read_text(reader);
    player.colour = reader.read<std::uint32_t>() & 0xFFFFFFu;
    return player;
}

bool is_shown_or_none(std::string_view text) {
    return text.empty() || wire::is_display_name(text);
}

bool is_sound(const Player& player) {
    return wire::is_display_text(player.user, max_user_bytes) &&
           wire::is_display_name(player.name) && is_shown_or_none(player.room);
}

bool is_join(Bytes bytes) {
    const wire::Envelope* const envelope = wire::decode_control(bytes);
    return envelope && envelope->message_type() == wire::Message::JoinRoom;
}

void write_time(ByteWriter& writer, UnixTime time) {
    writer.write(std::int64_t{time.time_since_epoch().count()});
}

/// Far beyond what it is let through, sums would overflow.
std::optional<UnixTime> read_time(ByteReader& reader) {
    const auto seconds = reader.read<std::int64_t>();
    if (seconds < 0 || seconds > INT64_C(1) << 40) return std::nullopt;
    return UnixTime(std::chrono::seconds(seconds));
}

std::vector<std::uint8_t> seal(const SecretBytes& key, Bytes text, SecretSource& random) {
    std::vector<std::uint8_t> token(open_bytes + text.size() + tag_bytes);
    token[0] = seal_version;
    const std::span<std::uint8_t> number = std::span(token).subspan(1, token_number_bytes);
    random.fill(number);
    crypto_aead_xchacha20poly1305_ietf_encrypt(token.data() + open_bytes,
                                               nullptr,
                                               text.data(),
                                               text.size(),
                                               token.data(),
                                               1,
                                               nullptr,
                                               number.data(),
                                               key.data());
    return token;
}

std::optional<std::vector<std::uint8_t>> open(const SecretBytes& key, Bytes token) {
    if (token.size() < open_bytes + tag_bytes || token[0] != seal_version) return std::nullopt;
    const Bytes sealed = token.subspan(open_bytes);
    std::vector<std::uint8_t> opened(sealed.size() - tag_bytes);
    const int status = crypto_aead_xchacha20poly1305_ietf_decrypt(opened.data(),
                                                                  nullptr,
                                                                  nullptr,
                                                                  sealed.data(),
                                                                  sealed.size(),
                                                                  token.data(),
                                                                  1,
                                                                  token.data() + 1,
                                                                  key.data());
    return status == 0 ? std::optional(std::move(opened)) : std::nullopt;
}

SecretBytes derived(const SecretBytes& cluster_key, std::uint64_t number) {
    static_assert(crypto_kdf_KEYBYTES == key_bytes && crypto_kdf_CONTEXTBYTES == 8);
    SecretBytes key;
    crypto_kdf_derive_from_key(key.data(), key_bytes, number, "cluster_", cluster_key.data());
    return key;
}

} // namespace

ClusterKeys::ClusterKeys(const SecretBytes& cluster_key)
    : seat_(derived(cluster_key, 1)), ticket_(derived(cluster_key, 2)) {}

std::vector<std::uint8_t>
seal_seat(const ClusterKeys& keys, const SeatGrant& grant, SecretSource& random) {
    std::vector<std::uint8_t> text;
    ByteWriter writer(text);
    write_time(writer, grant.expires_at);
    writer.write(grant.node);
    writer.write(grant.session.value);
    write_player(writer, grant.player);
    writer.write(grant.room.value);
    writer.write(grant.presence.value);
    writer.write(grant.reservation);
    const std::size_t join_bytes = std::min(grant.join.size(), longest_join);
    writer.write(static_cast<std::uint16_t>(join_bytes));
    writer.write_bytes(Bytes(grant.join).first(join_bytes));
    return seal(keys.seat(), text, random);
}

std::vector<std::uint8_t>
seal_ticket(const ClusterKeys& keys, const TicketGrant& grant, SecretSource& random) {
    std::vector<std::uint8_t> text;
    ByteWriter writer(text);
    write_time(writer, grant.expires_at);
    writer.write(grant.node);
    writer.write(grant.session.value);
    write_player(writer, grant.player);
    writer.write(grant.room.value);
    writer.write(grant.presence.value);
    write_text(writer, grant.kind, max_name_bytes);
    write_text(writer, grant.room_name, max_name_bytes);
    return seal(keys.ticket(), text, random);
}

std::optional<OpenSeat> open_seat(const ClusterKeys& keys, Bytes token) {
    const auto opened = open(keys.seat(), token);
    auto grant = opened ? read_sealed_seat(*opened) : std::nullopt;
    if (!grant) return std::nullopt;
    ByteReader reader(token.subspan(1));
    return OpenSeat{std::move(*grant), reader.read<TokenNumber>()};
}

std::optional<TicketGrant> open_ticket(const ClusterKeys& keys, Bytes ticket) {
    const auto opened = open(keys.ticket(), ticket);
    return opened ? read_sealed_ticket(*opened) : std::nullopt;
}

std::optional<SeatGrant> read_sealed_seat(Bytes opened) {
    ByteReader reader(opened);
    SeatGrant grant;
    const auto expires_at = read_time(reader);
    grant.node = reader.read<std::uint16_t>();
    grant.session = SessionId{reader.read<std::uint64_t>()};
    grant.player = read_player(reader);
    grant.room = RoomId{reader.read<std::uint32_t>()};
    grant.presence = PresenceId{reader.read<std::uint32_t>()};
    grant.reservation = reader.read<std::uint64_t>();
    // Of its own, since a FlatBuffer must be aligned.
    const Bytes join = reader.read_bytes(reader.read<std::uint16_t>());
    grant.join.assign(join.begin(), join.end());
    if (!reader.finished() || !expires_at || !is_sound(grant.player)) return std::nullopt;
    if (join.size() > longest_join || (!join.empty() && !is_join(grant.join))) return std::nullopt;
    grant.expires_at = *expires_at;
    return grant;
}

std::optional<TicketGrant> read_sealed_ticket(Bytes opened) {
    ByteReader reader(opened);
    TicketGrant grant;
    const auto expires_at = read_time(reader);
    grant.node = reader.read<std::uint16_t>();
    grant.session = SessionId{reader.read<std::uint64_t>()};
    grant.player = read_player(reader);
    grant.room = RoomId{reader.read<std::uint32_t>()};
    grant.presence = PresenceId{reader.read<std::uint32_t>()};
    grant.kind = read_text(reader);
    grant.room_name = read_text(reader);
    if (!reader.finished() || !expires_at || !is_sound(grant.player)) return std::nullopt;
    if (!is_shown_or_none(grant.kind) || !is_shown_or_none(grant.room_name)) return std::nullopt;
    grant.expires_at = *expires_at;
    return grant;
}

} // namespace engine_net
