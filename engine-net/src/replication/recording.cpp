#include "replication/recording.hpp"

#include "core/fnv.hpp"
#include "replication/replica.hpp"

#include <engine_net/limits.hpp>

#include "hot_generated.h"

#include <optional>
#include <utility>

namespace engine_net {

namespace {

constexpr std::uint32_t magic = 0x31524E45; // "ENR1"

std::uint16_t sequence_of(Bytes datagram) {
    return ByteReader(datagram).read<wire::SnapshotHeader>().sequence();
}

/// What a frame costs to keep, about.
std::size_t memory_of(const Frame& frame) {
    std::size_t bytes = sizeof(Frame);
    for (const TypeFrame& rows : frame.types) {
        constexpr std::size_t keys = sizeof(std::uint16_t) + sizeof(EntityId) + sizeof(PresenceId);
        bytes += sizeof(TypeFrame) + rows.slots() * (keys + rows.stride() * sizeof(std::int32_t));
    }
    return bytes;
}

/// A recording as it is read.
class Playback {
public:
    Playback(const ReplicatedSchema& schema, std::uint32_t ticks_per_second, std::size_t most_bytes)
        : codec_(schema.types(), ticks_per_second)
        , replica_(schema, &codec_)
        , bytes_left_(most_bytes)
        , match_{ticks_per_second, {}} {}

    /// What is wrong with the next datagram; nothing if all is well.
    std::optional<std::string> play(Bytes datagram) {
        switch (replica_.receive(datagram)) {
        case ReceiveOutcome::ok: break;
        case ReceiveOutcome::stale: return "repeats or goes back";
        case ReceiveOutcome::malformed: return "is not one that a server sends";
        case ReceiveOutcome::unknown_version: return "tells of a tick that is not recorded";
        }
        const auto complete = replica_.newest_complete_tick();
        return complete && complete != kept_ ? keep(*complete) : std::nullopt;
    }
    [[nodiscard]] bool ends_whole() const { return replica_.newest_tick() == kept_; }
    RecordedMatch take() { return std::move(match_); }

private:
    std::optional<std::string> keep(Tick tick) {
        const Frame& frame = *replica_.find_frame(tick);
        const std::size_t bytes = memory_of(frame);
        if (bytes > bytes_left_) return "is beyond what is read of one recording";
        bytes_left_ -= bytes;
        if (!kept_ || tick != *kept_ + 1) match_.stretches.emplace_back();
        match_.stretches.back().push_back(frame);
        kept_ = tick;
        return std::nullopt;
    }

    SnapshotCodec codec_;
    Replica replica_;
    std::size_t bytes_left_;
    RecordedMatch match_;
    std::optional<Tick> kept_;
};

Unexpected<RecordingError> error(std::string text) {
    return Unexpected(RecordingError{std::move(text)});
}

} // namespace

RecordingWriter::RecordingWriter(const History& history,
                                 std::uint32_t ticks_per_second,
                                 RecordingSink sink)
    : codec_(history.schema().types(), ticks_per_second)
    , encoder_(history, &codec_)
    , viewer_(encoder_, PresenceId{})
    , sink_(std::move(sink))
    , check_(fnv_basis) {
    ByteWriter writer(bytes_);
    writer.write(magic);
    writer.write(protocol_version);
    writer.write(history.schema().layout_digest());
    writer.write(ticks_per_second);
    append();
}

void RecordingWriter::write(Tick tick) {
    sequences_.clear();
    viewer_.encode(tick, [this](Bytes datagram) {
        ByteWriter writer(bytes_);
        writer.write(static_cast<std::uint16_t>(datagram.size()));
        writer.write_bytes(datagram);
        writer.write(fnv1a(bytes_, check_));
        append();
        sequences_.push_back(sequence_of(datagram));
    });
    for (const std::uint16_t sequence : sequences_) viewer_.on_ack(sequence, 0);
}

void RecordingWriter::append() {
    check_ = fnv1a(bytes_, check_);
    sink_(bytes_);
    bytes_.clear();
}

Result<RecordedMatch, RecordingError>
read_recording(const ReplicatedSchema& schema, Bytes bytes, std::size_t most_bytes) {
    ByteReader reader(bytes);
    const auto found_magic = reader.read<std::uint32_t>();
    const auto version = reader.read<std::uint32_t>();
    const auto digest = reader.read<std::uint64_t>();
    const auto ticks_per_second = reader.read<std::uint32_t>();
    if (!reader.ok() || found_magic != magic) return error("it is no recording");
    if (version != protocol_version) return error("it was made with another protocol version");
    if (digest != schema.layout_digest()) return error("it was made with another schema");
    if (ticks_per_second < 1 || ticks_per_second > max_tick_rate) return error("it is damaged");

    Playback playback(schema, ticks_per_second, most_bytes);
    std::uint32_t check = fnv_basis;
    std::size_t checked = 0;
    for (std::size_t number = 1; !reader.rest().empty(); ++number) {
        const std::string which = "its datagram " + std::to_string(number) + " ";
        const Bytes datagram = reader.read_bytes(reader.read<std::uint16_t>());
        const std::size_t end = bytes.size() - reader.rest().size();
        const auto told_check = reader.read<std::uint32_t>();
        if (!reader.ok()) return error(which + "is cut short");
        check = fnv1a(bytes.subspan(checked, end - checked), check);
        if (check != told_check) return error(which + "is damaged");
        check = fnv1a(bytes.subspan(end, sizeof check), check);
        checked = end + sizeof check;
        if (const auto problem = playback.play(datagram)) return error(which + *problem);
    }
    if (!playback.ends_whole()) return error("its last tick is cut short");
    return playback.take();
}

} // namespace engine_net
