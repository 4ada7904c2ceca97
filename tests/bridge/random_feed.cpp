#include "bridge/random_feed.hpp"

#include "core/fnv.hpp"
#include "wire/feed.hpp"

#include <algorithm>
#include <array>
#include <bit>

using namespace engine_net;

namespace random_feed {
namespace {

constexpr RoomId room{7};

SnapshotCodec::Run all_of(std::size_t types) {
    return {{0, 0}, {static_cast<std::uint16_t>(types), 0}, true};
}

std::uint8_t byte_of(int number) {
    return static_cast<std::uint8_t>(number);
}

} // namespace

References Writer::choose(Tick tick) {
    References references;
    if (told_.empty() || random_.next_chance(0.04)) {
        told_.clear();
        return references;
    }
    const std::uint64_t wanted = 1 + random_.next_below(max_references);
    for (const Frame& frame : told_) {
        const bool is_near = tick.value - frame.tick.value <= most_lag;
        if (references.count == wanted) break;
        if (random_.next_chance(0.2) && is_near) continue;
        if (references.count == 0) references.lag = static_cast<int>(tick.value - frame.tick.value);
        references.ages[references.count] =
            static_cast<int>(tick.value - frame.tick.value) - references.lag;
        references.frames[references.count++] = &frame;
    }
    return references;
}

std::vector<std::uint8_t> Writer::write(const Frame& frame) {
    const References references = choose(frame.tick);
    if (references.count == 0) told_.clear();
    std::vector<std::uint8_t> message;
    const auto kind = references.count == 0 ? wire::FeedKind::keyframe : wire::FeedKind::frame;
    wire::write_feed_header({kind, room, frame.tick}, message);
    ByteWriter writer(message);
    writer.write(byte_of(references.lag));
    writer.write(byte_of(static_cast<int>(references.count)));
    for (std::size_t i = 0; i < references.count; ++i) writer.write(byte_of(references.ages[i]));
    std::vector<std::uint8_t> body(512 * 1024);
    const auto coded =
        codec_.encode_shared(references, frame, all_of(frame.types.size()), std::span(body));
    writer.write_bytes(Bytes(body).first(coded.bytes));
    told_.push_front(frame);
    return message;
}

const Frame* Reader::read(Bytes message) {
    ByteReader reader(message);
    const auto header = wire::read_feed_header(reader);
    if (!header) return nullptr;
    const bool is_keyframe = header->kind == wire::FeedKind::keyframe;
    const Tick tick = header->tick;
    References references;
    references.lag = reader.read<std::uint8_t>();
    references.count = std::min<std::size_t>(reader.read<std::uint8_t>(), max_references);
    for (std::size_t i = 0; i < references.count; ++i) {
        references.ages[i] = reader.read<std::uint8_t>();
        const int behind = references.lag + references.ages[i];
        const auto found = std::ranges::find_if(read_, [&](const Frame& frame) {
            return tick.value - frame.tick.value == static_cast<std::uint32_t>(behind);
        });
        if (found == read_.end()) return nullptr;
        references.frames[i] = &*found;
    }
    if (!reader.ok() || is_keyframe != (references.count == 0)) return nullptr;
    Frame frame(types_);
    frame.clear(tick);
    const auto outcome =
        codec_.decode_shared(references, reader.rest(), all_of(types_.size()), frame);
    if (outcome != DecodeOutcome::ok) return nullptr;
    if (is_keyframe) read_.clear();
    return &read_.emplace_front(std::move(frame));
}

std::uint32_t hash_of(const Frame& frame, std::span<const EntityType> types) {
    std::uint32_t hash = fnv_basis;
    const auto add = [&hash](std::uint32_t word) {
        const auto bytes = std::bit_cast<std::array<std::uint8_t, 4>>(word);
        hash = fnv1a(bytes, hash);
    };
    for (std::uint32_t t = 0; t < types.size(); ++t) {
        const TypeFrame& rows = frame.types[t];
        for (std::uint32_t slot = 0; slot < rows.slots(); ++slot) {
            if (!rows.has(slot)) continue;
            for (const std::uint32_t word :
                 {t, slot, std::uint32_t{rows.incarnation[slot]}, rows.id[slot].value})
                add(word);
            for (std::size_t c = 0; c < types[t].shared_columns; ++c)
                add(static_cast<std::uint32_t>(rows.row(slot)[c]));
        }
    }
    return hash;
}

} // namespace random_feed
