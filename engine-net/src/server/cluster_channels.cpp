#include "server/cluster_gate.hpp"
#include "wire/control.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <utility>

namespace engine_net {

// Channels whose logs the cluster keeps, the same for all its servers.

namespace {

/// On a channel: the session that need not be told, then the message as clients are told it.
std::optional<ChannelLog::Message> read_message(Bytes bytes) {
    ByteReader reader(bytes);
    const SessionId not_to{reader.read<std::uint64_t>()};
    const Bytes rest = reader.rest();
    const cluster::ByteVector copy(rest.begin(), rest.end()); // aligned as a FlatBuffer must be
    const wire::ChannelNews* const news = reader.ok() ? wire::decode_channel_news(copy) : nullptr;
    if (!news || news->messages()->size() != 1) return std::nullopt;
    const wire::ChannelMessage& said = *news->messages()->Get(0);
    const Bytes payload = wire::view_of(said.payload());
    const auto kind = static_cast<ChannelKind>(said.kind());
    if (kind != ChannelKind::message && kind != ChannelKind::chat) return std::nullopt;
    return ChannelLog::Message{.kind = kind,
                               .user = said.user()->str(),
                               .name = said.name()->str(),
                               .event = std::string(wire::view_of(said.event())),
                               .payload = {payload.begin(), payload.end()},
                               .not_to = not_to};
}

/// What a member came with is its name.
std::optional<std::string> read_name(Bytes bytes) {
    std::string name(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return wire::is_display_text(name, max_name_bytes) ? std::optional(std::move(name))
                                                       : std::nullopt;
}

std::optional<ChannelLog::Message> read_entry(const cluster::ChannelEntry& entry) {
    if (entry.kind == cluster::EntryKind::said) return read_message(entry.bytes);
    std::optional<std::string> name = read_name(entry.bytes);
    if (!name || !wire::is_display_text(entry.user, max_user_bytes)) return std::nullopt;
    const bool has_joined = entry.kind == cluster::EntryKind::joined;
    return ChannelLog::Message{.kind = has_joined ? ChannelKind::joined : ChannelKind::left,
                               .user = entry.user,
                               .name = std::move(*name)};
}

} // namespace

void ClusterGate::take(const cluster::tell::Followed& followed, Time) {
    ChannelTable::Copy copy{.epoch = followed.epoch, .next = followed.next};
    for (const cluster::ChannelEntry& entry : followed.entries) {
        auto message = read_entry(entry);
        if (!message) ++refused_;
        // Its number is taken: something nameless stands there.
        copy.newest.push_back(message ? std::move(*message) : ChannelLog::Message{});
    }
    for (const cluster::ChannelMember& member : followed.members) {
        auto name = read_name(member.bytes);
        if (name && wire::is_display_text(member.user, max_user_bytes)) {
            copy.members.emplace(member.user, std::move(*name));
        } else {
            ++refused_;
        }
    }
    channels_.follow(followed.channel, std::move(copy));
}

void ClusterGate::take(const cluster::tell::Said& said, Time) {
    auto message = read_entry(said.entry);
    if (!message) ++refused_;
    channels_.append(said.channel,
                     said.epoch,
                     said.number,
                     message ? std::move(*message) : ChannelLog::Message{});
}

bool ClusterGate::say(std::string_view channel, const ChannelLog::Message& message) {
    const ChannelMessage said{
        {}, 0, message.kind, message.user, message.name, message.event, message.payload};
    cluster::ByteVector bytes;
    ByteWriter writer(bytes);
    writer.write(message.not_to.value);
    writer.write_bytes(people_encoder_.channel_news({&said, 1}));
    return backplane_->say(std::string(channel), std::move(bytes));
}

void ClusterGate::enter(std::string_view channel,
                        const std::string& user,
                        const std::string& name) {
    backplane_->enter_channel(std::string(channel), user, {name.begin(), name.end()});
}

void ClusterGate::leave(std::string_view channel, const std::string& user) {
    backplane_->leave_channel(std::string(channel), user);
}

void ClusterGate::follow(const std::string& channel) {
    backplane_->follow(channel);
}

void ClusterGate::unfollow(const std::string& channel) {
    backplane_->unfollow(channel);
}

} // namespace engine_net
