#include "replay/frame_blend.hpp"
#include "replay/playhead.hpp"
#include "replay/recorded_entities.hpp"
#include "replay/recording_file.hpp"
#include "replay/replay_notes.hpp"
#include "replication/foreign_schema.hpp"

#include <engine_net/replay.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace engine_net {

namespace {

/// What half a microsecond is at most.
constexpr double rounding_ticks = 1e-3;
constexpr Duration longest_pause = std::chrono::seconds(1);

Unexpected<ReplayError> error(std::string text) {
    return Unexpected(ReplayError{std::move(text)});
}

} // namespace

class Replay::Core {
public:
    explicit Core(RecordingFile opened)
        : file(std::move(opened))
        , head(file)
        , blend(file.schema(), file.header().ticks_per_second)
        , tables(leaf_tables(file.schema(), file.header().schema)) {}

    /// What speaks against it, a sentence; "": nothing.
    std::string show_as(CompiledSchema own) {
        auto loaded = ReplicatedSchema::load(own);
        if (!loaded) return "the game's own schema can't be used: " + loaded.error().text;
        if (loaded->digest() == file.schema().digest()) return "";
        own_schema = std::make_unique<ReplicatedSchema>(std::move(*loaded));
        auto conversions = ForeignSchema::load({own, *own_schema}, summary.schema);
        if (!conversions) return "it is of another game: " + conversions.error().text;
        foreign = std::move(*conversions);
        return "";
    }

    void read_summary() {
        const RecordingHeader& header = file.header();
        summary.room = header.room;
        summary.kind = header.kind;
        summary.room_name = header.room_name;
        summary.tick_rate = header.ticks_per_second;
        summary.first_tick = file.entries().front().tick;
        summary.last_tick = file.last_tick();
        summary.duration = duration_of(head.end());
        summary.dropped_ticks = file.dropped_ticks();
        summary.is_complete = file.has_index();
        summary.bytes = file.size();
        summary.schema = {header.schema, header.prior};
    }

    [[nodiscard]] Duration duration_of(double ticks) const {
        const double seconds = ticks / file.header().ticks_per_second;
        return Duration(std::llround(seconds * Duration::period::den));
    }
    [[nodiscard]] double ticks_of(Duration duration) const {
        const double seconds = std::chrono::duration<double>(duration).count();
        return seconds * file.header().ticks_per_second;
    }
    [[nodiscard]] BlendedFrames frames(Shown shown) const {
        if (shown == Shown::newest) return {head.from(), nullptr, 0};
        return {head.from(), head.to(), head.from() ? head.ticks_since_from() : 0};
    }
    /// Calls handlers for what was passed; they may seek, or ask for another handler.
    void tell(const Playhead::Events& events) const {
        const auto tell = on_event;
        const auto tell_other = on_private_event;
        for (const auto& event : events.broadcast) {
            if (tell) tell(event);
        }
        for (const PrivateEvent& event : events.others) {
            if (tell_other) tell_other({event.is_from_client, event.people, event.bytes});
        }
    }

    RecordingFile file;
    std::unique_ptr<const ReplicatedSchema> own_schema; ///< null: it is the recorded one, or none
    std::unique_ptr<const ForeignSchema> foreign;       ///< the same
    Playhead head;
    FrameBlend blend;
    std::vector<LeafTable> tables;
    ReplaySummary summary;
    std::vector<ReplayNote> notes;
    std::optional<AdminEntities>
        entities; ///< of the tick that `head` is at, once they are asked for
    std::optional<Time> polled;
    double speed = 1;
    bool is_playing = false;
    std::function<void(EventBytes)> on_event;
    std::function<void(const ReplayedEvent&)> on_private_event;
};

Replay::Replay(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Replay::~Replay() = default;

Result<std::unique_ptr<Replay>, ReplayError> Replay::open(const ReplayConfig& config) {
    auto file = RecordingFile::open_file(config.file);
    if (!file) return error(file.error().text);
    if (file->entries().empty()) return error("there is no tick in it that can be played");
    auto core = std::make_unique<Core>(std::move(*file));
    if (!core->head.from()) return error(core->head.problem());
    core->read_summary();
    if (!config.schema.bytes.empty()) {
        const std::string why_not = core->show_as(config.schema);
        if (!why_not.empty()) return error(why_not);
    }
    core->notes = read_notes(core->file);
    return std::unique_ptr<Replay>(new Replay(std::move(core)));
}

const ReplaySummary& Replay::summary() const {
    return core_->summary;
}

const std::vector<ReplayNote>& Replay::notes() const {
    return core_->notes;
}

void Replay::poll(Time now) {
    const Duration passed = std::min(now - core_->polled.value_or(now), longest_pause);
    core_->polled = now;
    if (!core_->is_playing) return;
    Playhead::Events events;
    core_->head.advance(core_->ticks_of(passed) * core_->speed, events);
    core_->is_playing = !is_at_end();
    core_->tell(events);
}

void Replay::play() {
    if (is_at_end()) seek(Duration(0));
    core_->is_playing = true;
}

void Replay::pause() {
    core_->is_playing = false;
}

bool Replay::is_playing() const {
    return core_->is_playing;
}

void Replay::set_speed(double speed) {
    core_->speed = std::clamp(speed, min_replay_speed, max_replay_speed);
}

double Replay::speed() const {
    return core_->speed;
}

void Replay::seek(Duration position) {
    const double ticks = core_->ticks_of(position);
    // A tick's own position is rounded, and still means that tick.
    const bool is_tick = std::abs(ticks - std::round(ticks)) < rounding_ticks;
    core_->head.seek(is_tick ? std::round(ticks) : ticks);
    core_->is_playing = core_->is_playing && !is_at_end();
}

void Replay::step(std::int32_t ticks) {
    core_->head.seek(std::floor(core_->head.moment()) + ticks);
    core_->is_playing = core_->is_playing && !is_at_end();
}

Duration Replay::position() const {
    return core_->duration_of(core_->head.moment());
}

TickTime Replay::shown_time() const {
    return core_->head.shown_time();
}

bool Replay::is_at_end() const {
    return core_->head.to() == nullptr;
}

const std::string& Replay::problem() const {
    return core_->head.problem();
}

const std::map<PresenceId, RoomMember>& Replay::members() const {
    return core_->head.people();
}

const AdminEntities& Replay::entities() const {
    const Frame& frame = *core_->head.from();
    auto& entities = core_->entities;
    if (!entities || entities->tick != frame.tick) entities = entities_of(core_->tables, frame);
    return *entities;
}

void Replay::on_event_bytes(std::function<void(EventBytes)> handler) {
    core_->on_event = std::move(handler);
}

void Replay::on_private_event(std::function<void(const ReplayedEvent&)> handler) {
    core_->on_private_event = std::move(handler);
}

std::span<const std::uint8_t> Replay::room_state_bytes(StateCheck check) const {
    const std::span<const std::uint8_t> state(core_->head.state());
    return !state.empty() && check(state) ? state : std::span<const std::uint8_t>{};
}

void Replay::each_struct(const char* type,
                         Time /*now*/,
                         Shown shown,
                         const std::function<void(EntityId, const void*)>& visit) const {
    const BlendedFrames frames = core_->frames(shown);
    if (!core_->foreign) return core_->blend.each(frames, type, visit);
    const StructConversion* const conversion = core_->foreign->to_own(type);
    if (!conversion) return;
    StructBytes own;
    core_->blend.each(frames, type, [&](EntityId id, const void* state) {
        conversion->convert(static_cast<const std::uint8_t*>(state), own.data());
        visit(id, own.data());
    });
}

bool Replay::find_struct(
    const char* type, EntityId id, Time /*now*/, Shown shown, void* state) const {
    const BlendedFrames frames = core_->frames(shown);
    if (!core_->foreign) return core_->blend.find(frames, type, id, state);
    const StructConversion* const conversion = core_->foreign->to_own(type);
    StructBytes theirs;
    if (!conversion || !core_->blend.find(frames, type, id, theirs.data())) return false;
    conversion->convert(theirs.data(), static_cast<std::uint8_t*>(state));
    return true;
}

} // namespace engine_net
