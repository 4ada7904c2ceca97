#include "wire/admin.hpp"

#include <engine_net/limits.hpp>

#include <algorithm>
#include <array>

namespace engine_net::wire {

namespace {

/// What the largest line, and the table around them, take of a reply at most.
constexpr std::size_t spare_bytes = 2048;
constexpr std::size_t most_ticks = 240;
constexpr std::size_t most_room_ticks = 128;
constexpr std::size_t most_piece_bytes = 12 * 1024;

std::uint32_t narrow(std::size_t number) {
    return static_cast<std::uint32_t>(number);
}

std::uint32_t us_of(Duration duration) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(duration.count(), 0, UINT32_MAX));
}

} // namespace

Bytes AdminAsker::begin() {
    builder.Clear();
    return finish_request(CreateAdminBegin(builder));
}

Bytes AdminAsker::login(Bytes proof) {
    builder.Clear();
    return finish_request(CreateAdminLogin(builder, payload(proof)));
}

Bytes AdminAsker::server(std::optional<Tick> after) {
    builder.Clear();
    return finish_request(
        CreateAdminAskServer(builder, after.value_or(Tick{}).value, after.has_value()));
}

Bytes AdminAsker::rooms(std::uint32_t first) {
    builder.Clear();
    return finish_request(CreateAdminAskRooms(builder, first));
}

Bytes AdminAsker::room(RoomId room, std::uint64_t after, Tick after_tick) {
    builder.Clear();
    return finish_request(CreateAdminAskRoom(builder, room.value, after, after_tick.value));
}

Bytes AdminAsker::act(const AdminAction& action) {
    builder.Clear();
    const auto words = text(action.text, max_chat_bytes);
    return finish_request(CreateAdminAct(builder,
                                         static_cast<std::uint8_t>(action.verb),
                                         action.room.value,
                                         action.who.value,
                                         words));
}

Bytes AdminAsker::schema(RoomId room, std::size_t offset) {
    builder.Clear();
    return finish_request(CreateAdminAskSchema(builder, room.value, narrow(offset)));
}

Bytes AdminAsker::entities(RoomId room, AdminPlace from, PresenceId viewer) {
    builder.Clear();
    return finish_request(
        CreateAdminAskEntities(builder, room.value, from.type, from.slot, viewer.value));
}

bool AdminTeller::has_space() const {
    return builder.GetSize() + spare_bytes + max_metadata_bytes < max_call_bytes;
}

Bytes AdminTeller::challenge(Bytes number) {
    builder.Clear();
    return finish_reply(CreateAdminChallenge(builder, payload(number)));
}

Bytes AdminTeller::welcome(AdminRights rights, std::uint32_t tick_rate) {
    builder.Clear();
    return finish_reply(CreateAdminWelcome(
        builder, static_cast<std::uint8_t>(rights), static_cast<std::uint16_t>(tick_rate)));
}

Bytes AdminTeller::done() {
    builder.Clear();
    return finish_reply(CreateAdminDone(builder));
}

Bytes AdminTeller::server(const ServerStats& stats,
                          const AdminLinks& links,
                          std::span<const TickRecord> newest) {
    builder.Clear();
    std::vector<AdminTick> ticks;
    std::vector<AdminReceiveParts> parts;
    ticks.reserve(std::min(newest.size(), most_ticks));
    parts.reserve(ticks.capacity());
    for (const TickRecord& record : newest.first(std::min(newest.size(), most_ticks))) {
        const auto of = [&](Stage stage) {
            return record.us[static_cast<std::size_t>(stage)];
        };
        parts.emplace_back(of(Stage::decode), of(Stage::queue));
        const std::array<std::uint32_t, 6> us{of(Stage::receive) + of(Stage::decode) +
                                                  of(Stage::queue),
                                              of(Stage::simulate),
                                              of(Stage::snapshot),
                                              of(Stage::encode),
                                              of(Stage::send),
                                              of(Stage::web)};
        ticks.emplace_back(record.tick.value,
                           flatbuffers::make_span(us),
                           record.datagrams_in,
                           record.datagrams_out,
                           record.bytes_in,
                           record.bytes_out,
                           record.is_late ? 1 : 0);
    }
    const auto all = builder.CreateVectorOfStructs(ticks);
    const auto all_parts = builder.CreateVectorOfStructs(parts);
    const auto link_of_all = text(links.of_all, max_reason_bytes);
    AdminServerBuilder server(builder);
    server.add_tick(stats.tick.value);
    server.add_ticks(stats.ticks);
    server.add_late_ticks(stats.late_ticks);
    server.add_dropped_ticks(stats.dropped_ticks);
    server.add_peers(narrow(stats.peers));
    server.add_sessions(narrow(stats.sessions));
    server.add_players(narrow(stats.players));
    server.add_spectators(narrow(stats.spectators));
    server.add_rooms(narrow(stats.rooms));
    server.add_joins(stats.joins);
    server.add_leaves(stats.leaves);
    server.add_resumes(stats.resumes);
    server.add_snapshot_datagrams(stats.snapshot_datagrams);
    server.add_snapshot_bytes(stats.snapshot_bytes);
    server.add_snapshots_coded(stats.snapshots_coded);
    server.add_snapshots_shared(stats.snapshots_shared);
    server.add_snapshots_limited(stats.snapshots_limited);
    server.add_malformed_messages(stats.refused.malformed_messages);
    server.add_unexpected_messages(stats.refused.unexpected_messages);
    server.add_late_inputs(stats.refused.late_inputs);
    server.add_early_inputs(stats.refused.early_inputs);
    server.add_too_fast(stats.refused.too_fast);
    server.add_peers_dropped(stats.refused.peers_dropped);
    server.add_datagrams_in(stats.link.datagrams_in);
    server.add_datagrams_out(stats.link.datagrams_out);
    server.add_bytes_in(stats.link.bytes_in);
    server.add_bytes_out(stats.link.bytes_out);
    server.add_web_viewers(narrow(stats.bridge.viewers));
    server.add_web_frames(stats.bridge.frames_sent);
    server.add_newest(all);
    server.add_parts(all_parts);
    server.add_worsened_links(links.worsened);
    server.add_link_of_all(link_of_all);
    server.add_is_draining(stats.is_draining);
    return finish_reply(server.Finish());
}

void AdminTeller::begin_rooms() {
    builder.Clear();
    rooms_.clear();
}

bool AdminTeller::add_room(const AdminRoom& room) {
    if (!has_space()) return false;
    const RoomSummary& summary = room.summary;
    const auto kind = text(summary.kind, max_name_bytes);
    const auto name = text(summary.name, max_name_bytes);
    const auto metadata = payload(summary.metadata);
    const auto recorded_as = text(room.recorded_as, max_name_bytes);
    AdminRoomLineBuilder line(builder);
    line.add_room(summary.id.value);
    line.add_kind(kind);
    line.add_name(name);
    line.add_players(summary.players);
    line.add_capacity(summary.capacity);
    line.add_spectators(summary.spectators);
    line.add_age_ms(static_cast<std::uint64_t>(summary.age.count() / 1000));
    line.add_phase(static_cast<std::uint8_t>(summary.phase));
    line.add_has_password(summary.has_password);
    line.add_is_locked(summary.is_locked);
    line.add_is_private(room.is_private);
    line.add_is_paused(room.is_paused);
    line.add_tick_p50_us(room.tick_p50_us);
    line.add_tick_p99_us(room.tick_p99_us);
    line.add_bytes_in(room.bytes_in);
    line.add_bytes_out(room.bytes_out);
    line.add_metadata(metadata);
    line.add_takes_bots(room.takes_bots);
    line.add_is_recorded(room.is_recorded);
    line.add_recorded_as(recorded_as);
    rooms_.push_back(line.Finish());
    return true;
}

Bytes AdminTeller::rooms(std::uint32_t first, std::uint32_t next) {
    const auto all = builder.CreateVector(rooms_);
    return finish_reply(CreateAdminRooms(builder, first, all, next));
}

void AdminTeller::begin_room(std::span<const RoomTickRecord> ticks) {
    builder.Clear();
    members_.clear();
    said_.clear();
    std::vector<AdminRoomTick> lines;
    lines.reserve(ticks.size());
    for (const RoomTickRecord& one : ticks.last(std::min(ticks.size(), most_room_ticks)))
        lines.emplace_back(one.tick.value, one.us, one.bytes_in, one.bytes_out);
    room_ticks_ = builder.CreateVectorOfStructs(lines);
    acts_.clear();
}

bool AdminTeller::add_member(const AdminMember& member) {
    if (!has_space()) return false;
    const auto user = text(member.member.user, max_user_bytes);
    const auto name = text(member.member.name, max_name_bytes);
    const auto address = text(member.address, max_name_bytes);
    const auto worsened_link = text(member.worsened_link, max_reason_bytes);
    AdminMemberLineBuilder line(builder);
    line.add_presence(member.member.id.value);
    line.add_user(user);
    line.add_name(name);
    line.add_address(address);
    line.add_colour(member.member.colour);
    line.add_team(member.member.team);
    line.add_is_spectator(member.member.is_spectator);
    line.add_is_connected(member.member.is_connected);
    line.add_is_ready(member.member.is_ready);
    line.add_is_muted(member.member.is_muted);
    line.add_round_trip_us(us_of(member.round_trip));
    line.add_jitter_us(us_of(member.jitter));
    line.add_input_lead_us(static_cast<std::int32_t>(
        std::clamp<std::int64_t>(member.input_lead.count(), INT32_MIN, INT32_MAX)));
    line.add_inputs_taken(member.inputs.taken);
    line.add_inputs_repeated(member.inputs.repeated);
    line.add_inputs_missing(member.inputs.missing);
    line.add_inputs_late(member.inputs.late);
    line.add_inputs_early(member.inputs.early);
    line.add_bytes_out(member.bytes_out);
    line.add_bytes_in(member.bytes_in);
    line.add_budget(member.budget);
    line.add_limited_ticks(member.limited_ticks);
    line.add_snapshot_age(member.snapshot_age);
    line.add_bytes_waiting(member.bytes_waiting);
    line.add_resumes(member.resumes);
    line.add_worsened_link(worsened_link);
    line.add_loss_in(static_cast<float>(member.loss_in));
    line.add_loss_out(static_cast<float>(member.loss_out));
    members_.push_back(line.Finish());
    return true;
}

bool AdminTeller::add_said(const AdminLine& line) {
    if (!has_space()) return false;
    const auto name = text(line.name, max_name_bytes);
    const auto event = text(line.event, max_event_name_bytes);
    const auto words = text(line.text, max_chat_bytes);
    said_.push_back(CreateAdminSaid(builder, line.number, name, event, words));
    return true;
}

bool AdminTeller::add_act(const std::string& act) {
    if (!has_space()) return false;
    acts_.push_back(text(act, max_admin_act_bytes));
    return true;
}

Bytes AdminTeller::room(const AdminRoomView& view, bool exists) {
    const auto members = builder.CreateVector(members_);
    const auto said = builder.CreateVector(said_);
    const auto acts = builder.CreateVector(acts_);
    return finish_reply(CreateAdminRoomNews(builder,
                                            view.id.value,
                                            exists,
                                            view.tick.value,
                                            view.host.value,
                                            members,
                                            said,
                                            room_ticks_,
                                            view.listeners,
                                            acts));
}

Bytes AdminTeller::schema(RoomId room, std::uint64_t digest, Bytes schema, std::size_t offset) {
    builder.Clear();
    const std::size_t begin = std::min(offset, schema.size());
    const Bytes rest = schema.subspan(begin);
    const auto piece = payload(rest.first(std::min(rest.size(), most_piece_bytes)));
    return finish_reply(CreateAdminSchema(
        builder, room.value, digest, narrow(schema.size()), narrow(begin), piece));
}

void AdminTeller::begin_entities() {
    runs_.clear();
    run_bytes_ = 0;
}

bool AdminTeller::add_entity(const Entity& entity) {
    constexpr std::size_t run_overhead = 80;
    const std::size_t bytes = admin_entity_header_bytes + sizeof(entity.age) + entity.state.size();
    if (run_bytes_ + bytes + run_overhead > most_piece_bytes) return false;
    if (runs_.empty() || runs_.back().type != entity.type) {
        runs_.push_back({.type = entity.type});
        run_bytes_ += run_overhead;
    }
    ByteWriter writer(runs_.back().entities);
    writer.write(entity.id.value);
    writer.write(entity.owner.value);
    writer.write_bytes(entity.state);
    runs_.back().ages.push_back(entity.age);
    run_bytes_ += bytes;
    return true;
}

Bytes AdminTeller::entities(RoomId room,
                            PresenceId viewer,
                            std::uint64_t digest,
                            Tick tick,
                            const std::optional<AdminPlace>& next) {
    builder.Clear();
    std::vector<flatbuffers::Offset<AdminEntityRun>> runs;
    runs.reserve(runs_.size());
    for (const Run& run : runs_) {
        const auto entities = payload(run.entities);
        const auto ages = viewer.is_set() ? builder.CreateVector(run.ages) : 0;
        runs.push_back(CreateAdminEntityRun(builder, run.type, entities, ages));
    }
    const auto all = builder.CreateVector(runs);
    const AdminPlace place = next.value_or(AdminPlace{});
    return finish_reply(CreateAdminEntities(
        builder, room.value, digest, tick.value, all, !next, place.type, place.slot, viewer.value));
}

} // namespace engine_net::wire
