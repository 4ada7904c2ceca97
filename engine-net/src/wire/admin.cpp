#include "wire/admin.hpp"

#include "wire/control.hpp"
#include "wire/text.hpp"
#include "wire/verified_table.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <cmath>

namespace engine_net::wire {

namespace {

/// Our deepest message is AdminReply > AdminBytes > AdminTypeBits > AdminFieldBits.
constexpr TableBounds bounds{.depth = 8, .tables = 1024};

/// Ten thousand years, which a count of microseconds holds.
constexpr std::uint64_t longest_age_ms = 315'576'000'000'000;

/// `AdminTick` has one number for receive and these.
constexpr std::size_t received_parts = 2;
static_assert(stage_count == 6 + received_parts);

std::uint32_t& at(TickRecord& record, Stage stage) {
    return record.us[static_cast<std::size_t>(stage)];
}

bool is_text(const flatbuffers::String* text, std::size_t max_bytes) {
    const std::string_view view = view_of(text);
    return view.size() <= max_bytes && is_utf8(view);
}

bool is_sound(const AdminRequest& request) {
    switch (request.ask_type()) {
    case AdminAsk::NONE: return false;
    case AdminAsk::AdminLogin:
        return request.ask_as_AdminLogin()->proof()->size() == admin_proof_bytes;
    case AdminAsk::AdminAct: {
        const AdminAct& act = *request.ask_as_AdminAct();
        return act.verb() <= static_cast<std::uint8_t>(AdminVerb::drain) &&
               is_text(act.text(), max_chat_bytes);
    }
    default: return true;
    }
}

bool is_sound(const AdminRoomLine& line) {
    return is_text(line.kind(), max_name_bytes) && is_text(line.name(), max_name_bytes) &&
           line.phase() <= static_cast<std::uint8_t>(RoomPhase::ended) && line.room() != 0 &&
           (!line.metadata() || line.metadata()->size() <= max_metadata_bytes) &&
           is_text(line.recorded_as(), max_name_bytes);
}

bool is_sound(const AdminMemberLine& line) {
    return is_text(line.user(), max_user_bytes) && is_text(line.name(), max_name_bytes) &&
           is_text(line.address(), max_name_bytes) &&
           is_text(line.worsened_link(), max_reason_bytes);
}

bool is_sound(const AdminSaid& said) {
    return is_text(said.name(), max_name_bytes) && is_text(said.event(), max_event_name_bytes) &&
           is_text(said.text(), max_chat_bytes);
}

bool is_amount(double bits) {
    return std::isfinite(bits) && bits >= 0;
}

bool is_sound(const AdminFieldBits& field) {
    return is_text(field.name(), max_name_bytes) && is_amount(field.bits());
}

template <class Lines>
bool are_sound(const Lines& lines);

bool is_sound(const AdminTypeBits& type) {
    return is_text(type.name(), max_name_bytes) && is_amount(type.rest()) &&
           are_sound(*type.fields());
}

template <class Lines>
bool are_sound(const Lines& lines) {
    return std::ranges::all_of(lines, [](const auto* line) {
        return is_sound(*line);
    });
}

bool are_texts(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* texts) {
    return !texts || std::ranges::all_of(*texts, [](const flatbuffers::String* text) {
        return is_text(text, max_admin_act_bytes);
    });
}

bool is_sound(const AdminReply& reply) {
    switch (reply.tell_type()) {
    case AdminTell::NONE: return false;
    case AdminTell::AdminChallenge:
        return reply.tell_as_AdminChallenge()->number()->size() == admin_number_bytes;
    case AdminTell::AdminWelcome: {
        const AdminWelcome& welcome = *reply.tell_as_AdminWelcome();
        return welcome.rights() <= static_cast<std::uint8_t>(AdminRights::full) &&
               welcome.tick_rate() >= 1 && welcome.tick_rate() <= max_tick_rate;
    }
    case AdminTell::AdminServer:
        return is_text(reply.tell_as_AdminServer()->link_of_all(), max_reason_bytes);
    case AdminTell::AdminRooms: return are_sound(*reply.tell_as_AdminRooms()->rooms());
    case AdminTell::AdminRoomNews:
        return are_sound(*reply.tell_as_AdminRoomNews()->members()) &&
               are_sound(*reply.tell_as_AdminRoomNews()->said()) &&
               are_texts(reply.tell_as_AdminRoomNews()->acts());
    case AdminTell::AdminBytes:
        return is_amount(reply.tell_as_AdminBytes()->headers()) &&
               are_sound(*reply.tell_as_AdminBytes()->types());
    default: return true;
    }
}

template <class Table>
const Table* decode(Bytes bytes) {
    const auto* table = verified_table<Table>(bytes, bounds);
    return table && is_sound(*table) ? table : nullptr;
}

} // namespace

const AdminRequest* decode_admin_request(Bytes bytes) {
    return decode<AdminRequest>(bytes);
}

const AdminReply* decode_admin_reply(Bytes bytes) {
    return decode<AdminReply>(bytes);
}

ServerStats stats_of(const AdminServer& server) {
    ServerStats stats;
    stats.tick = Tick{server.tick()};
    stats.is_draining = server.is_draining();
    stats.ticks = server.ticks();
    stats.late_ticks = server.late_ticks();
    stats.dropped_ticks = server.dropped_ticks();
    stats.peers = server.peers();
    stats.sessions = server.sessions();
    stats.players = server.players();
    stats.spectators = server.spectators();
    stats.rooms = server.rooms();
    stats.joins = server.joins();
    stats.leaves = server.leaves();
    stats.resumes = server.resumes();
    stats.snapshot_datagrams = server.snapshot_datagrams();
    stats.snapshot_bytes = server.snapshot_bytes();
    stats.snapshots_coded = server.snapshots_coded();
    stats.snapshots_shared = server.snapshots_shared();
    stats.snapshots_limited = server.snapshots_limited();
    stats.refused.malformed_messages = server.malformed_messages();
    stats.refused.unexpected_messages = server.unexpected_messages();
    stats.refused.late_inputs = server.late_inputs();
    stats.refused.early_inputs = server.early_inputs();
    stats.refused.too_fast = server.too_fast();
    stats.refused.peers_dropped = server.peers_dropped();
    stats.link.datagrams_in = server.datagrams_in();
    stats.link.datagrams_out = server.datagrams_out();
    stats.link.bytes_in = server.bytes_in();
    stats.link.bytes_out = server.bytes_out();
    stats.bridge.viewers = server.web_viewers();
    stats.bridge.frames_sent = server.web_frames();
    return stats;
}

AdminLinks links_of(const AdminServer& server) {
    return {server.worsened_links(), std::string(view_of(server.link_of_all()))};
}

TickRecord record_of(const AdminTick& tick, const AdminReceiveParts* parts) {
    TickRecord record{.tick = Tick{tick.tick()},
                      .datagrams_in = tick.datagrams_in(),
                      .datagrams_out = tick.datagrams_out(),
                      .bytes_in = tick.bytes_in(),
                      .bytes_out = tick.bytes_out(),
                      .is_late = tick.is_late() != 0};
    for (std::uint16_t i = 1; i < tick.us()->size(); ++i)
        record.us[i + received_parts] = tick.us()->Get(i);
    const std::uint32_t receive = tick.us()->Get(0);
    const std::uint32_t decode = parts ? std::min(parts->decode_us(), receive) : 0;
    const std::uint32_t queue = parts ? std::min(parts->queue_us(), receive - decode) : 0;
    at(record, Stage::receive) = receive - decode - queue;
    at(record, Stage::decode) = decode;
    at(record, Stage::queue) = queue;
    return record;
}

RoomTickRecord record_of(const AdminRoomTick& tick) {
    return {Tick{tick.tick()}, tick.us(), tick.bytes_in(), tick.bytes_out()};
}

AdminRoom room_of(const AdminRoomLine& line) {
    const Bytes metadata = view_of(line.metadata());
    return {.summary = {.id = RoomId{line.room()},
                        .kind = line.kind()->str(),
                        .name = line.name()->str(),
                        .players = line.players(),
                        .capacity = line.capacity(),
                        .age = std::chrono::milliseconds(std::min(line.age_ms(), longest_age_ms)),
                        .has_password = line.has_password(),
                        .is_locked = line.is_locked(),
                        .spectators = line.spectators(),
                        .phase = static_cast<engine_net::RoomPhase>(line.phase()),
                        .metadata = {metadata.begin(), metadata.end()}},
            .is_private = line.is_private(),
            .is_paused = line.is_paused(),
            .takes_bots = line.takes_bots(),
            .is_recorded = line.is_recorded(),
            .recorded_as = std::string(view_of(line.recorded_as())),
            .tick_p50_us = line.tick_p50_us(),
            .tick_p99_us = line.tick_p99_us(),
            .bytes_in = line.bytes_in(),
            .bytes_out = line.bytes_out()};
}

AdminMember admin_member_of(const AdminMemberLine& line) {
    return {.member = {.id = PresenceId{line.presence()},
                       .user = line.user()->str(),
                       .name = line.name()->str(),
                       .colour = line.colour(),
                       .is_spectator = line.is_spectator(),
                       .is_connected = line.is_connected(),
                       .is_ready = line.is_ready(),
                       .is_muted = line.is_muted(),
                       .team = line.team(),
                       .ping = std::chrono::milliseconds(line.round_trip_us() / 1000)},
            .address = line.address()->str(),
            .round_trip = Duration(line.round_trip_us()),
            .jitter = Duration(line.jitter_us()),
            .input_lead = Duration(line.input_lead_us()),
            .inputs = {.taken = line.inputs_taken(),
                       .repeated = line.inputs_repeated(),
                       .missing = line.inputs_missing(),
                       .late = line.inputs_late(),
                       .early = line.inputs_early()},
            .bytes_out = line.bytes_out(),
            .bytes_in = line.bytes_in(),
            .budget = line.budget(),
            .limited_ticks = line.limited_ticks(),
            .snapshot_age = line.snapshot_age(),
            .bytes_waiting = line.bytes_waiting(),
            .resumes = line.resumes(),
            .loss_in = std::clamp<double>(line.loss_in(), 0, 1),
            .loss_out = std::clamp<double>(line.loss_out(), 0, 1),
            .worsened_link = std::string(view_of(line.worsened_link()))};
}

} // namespace engine_net::wire
