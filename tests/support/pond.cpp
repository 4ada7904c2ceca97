#include "support/pond.hpp"

#include "core/bytes.hpp"

#include <algorithm>
#include <numeric>

namespace test_game {

using namespace engine_net;

namespace {

constexpr std::uint32_t first_drifter = 10'000;

} // namespace

flatbuffers::DetachedBuffer
board(const std::string& title, std::size_t marks, std::uint32_t first_mark) {
    std::vector<std::uint32_t> numbers(marks);
    std::iota(numbers.begin(), numbers.end(), first_mark);
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(CreateBoardDirect(builder, title.c_str(), &numbers));
    return builder.Release();
}

std::size_t most_marks(const std::string& title) {
    return (max_state_bytes - board(title).size()) / sizeof(std::uint32_t);
}

std::size_t Books::count(const std::string& line) const {
    return static_cast<std::size_t>(std::count(log.begin(), log.end(), line));
}

Admission Pond::on_join_request(const JoinRequest&) {
    return books_.refuses_joins ? Admission::refuse("the pond is frozen") : Admission::accept();
}

void Pond::on_join(Presence& who) {
    books_.log.push_back((who.is_spectator() ? "watch " : "join ") + who.name());
    if (who.is_spectator()) return;
    swimmers_[who.id()] = {};
}

void Pond::on_leave(Presence& who, LeaveReason reason) {
    books_.log.push_back("leave " + who.name() + ": " + std::string(message(reason)));
    swimmers_.erase(who.id());
    if (books_.closes_on_leave) close("since " + who.name() + " has left, nobody is to stay here");
}

void Pond::on_suspend(Presence& who) {
    books_.log.push_back("suspend " + who.name());
}

void Pond::on_resume(Presence& who) {
    books_.log.push_back("resume " + who.name());
}

void Pond::on_drain(std::uint32_t ticks) {
    books_.log.push_back("drain in " + std::to_string(ticks) + " ticks");
}

void Pond::on_phase(RoomPhase phase) {
    constexpr const char* names[] = {"waiting", "countdown", "playing", "ended"};
    books_.log.push_back(std::string("phase ") + names[static_cast<std::size_t>(phase)]);
}

Admission Pond::on_command(const Presence&, RoomVerb verb, const Presence*) {
    return books_.refuses_locks && verb == RoomVerb::lock ? Admission::refuse("ponds have no locks")
                                                          : Admission::accept();
}

CallResult
Pond::on_call(Presence& who, std::string_view name, std::span<const std::uint8_t> payload) {
    if (name != "echo") return CallResult::refuse("ponds only echo");
    std::vector<std::uint8_t> answer(who.name().begin(), who.name().end());
    answer.insert(answer.end(), payload.begin(), payload.end());
    return CallResult::answer(std::move(answer));
}

void Pond::on_input(Presence& who, const Push& input) {
    Swimmer& swimmer = swimmers_.at(who.id());
    if (swimmer.pushes > 0 && swimmer.last_input == tick()) ++books_.doubled_inputs;
    swimmer.last_input = tick();
    swimmer.x = std::clamp(swimmer.x + static_cast<float>(input.x()) * 0.01F, -100.0F, 100.0F);
    swimmer.y = std::clamp(swimmer.y + static_cast<float>(input.y()) * 0.01F, -100.0F, 100.0F);
    ++swimmer.pushes;
    ++books_.inputs;
}

void Pond::on_event(Presence&, const Call& call) {
    books_.calls.push_back(call.number());
    if (books_.echoes_calls) this->call(call.number());
}

std::optional<std::vector<std::uint8_t>> Pond::on_save() const {
    if (!books_.saves_rooms) return std::nullopt;
    std::vector<std::uint8_t> saved;
    ByteWriter writer(saved);
    writer.write(std::uint64_t{drifters_});
    writer.write(time_);
    for (const auto& [id, swimmer] : swimmers_) {
        writer.write(id);
        writer.write(swimmer);
    }
    return saved;
}

bool Pond::on_load(std::span<const std::uint8_t> saved, Tick saved_at) {
    if (books_.refuses_rooms) return false;
    books_.log.emplace_back("load");
    ByteReader reader(saved);
    drifters_ = reader.read<std::uint64_t>();
    time_ = reader.read<std::uint32_t>();
    while (reader.ok() && !reader.rest().empty()) {
        const auto id = reader.read<PresenceId>();
        Swimmer& swimmer = swimmers_[id] = reader.read<Swimmer>();
        swimmer.last_input = swimmer.last_input + (tick() - saved_at);
    }
    return reader.ok();
}

void Pond::on_tick(Tick) {
    ++time_;
}

void Pond::describe(SnapshotBuilder& snapshot) const {
    for (const auto& [id, swimmer] : swimmers_) {
        const Body body(
            Vec2(swimmer.x, swimmer.y), swimmer.pushes, static_cast<std::uint8_t>(id.value));
        snapshot.add(EntityId{id.value}, body, id);
    }
    for (const auto& [id, holder] : leashes_) snapshot.add(id, Leash(holder.value));
    for (std::uint32_t i = 0; i < drifters_; ++i) {
        const auto phase = static_cast<float>((time_ * (i + 1)) % 1000) * 0.1F;
        snapshot.add(EntityId{first_drifter + i},
                     Body(Vec2(phase - 50.0F, static_cast<float>(i)), 0, 0));
    }
}

void Pond::call(std::uint32_t number, Delivery delivery) {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(CreateCall(builder, number));
    broadcast_event(bytes_of(builder), delivery);
}

void Pond::show_to(PresenceId who, std::span<const std::uint8_t> board) {
    for (const Presence* presence : presences()) {
        if (presence->id() == who) set_private_state(*presence, board);
    }
}

EntityId Pond::drifter(std::size_t index) const {
    return EntityId{first_drifter + static_cast<std::uint32_t>(index)};
}

void Pond::call_to(std::span<const Presence* const> some, std::uint32_t number) {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(CreateCall(builder, number));
    send_event(some, bytes_of(builder));
}

void Pond::kick_one(PresenceId who, const std::string& reason) {
    for (const Presence* presence : presences()) {
        if (presence->id() == who) kick(*presence, reason);
    }
}

void Pond::kick_all(const std::string& reason) {
    for (const Presence* presence : presences()) kick(*presence, reason);
}

} // namespace test_game
