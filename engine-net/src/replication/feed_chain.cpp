#include "replication/feed_chain.hpp"

#include "core/assert.hpp"

#include <algorithm>

namespace engine_net {

namespace {

constexpr std::int32_t longest_lag = 127;
constexpr std::int32_t oldest_age = wanted_ages[max_references - 1] + most_late;

/// What is coded of a room: everything.
SnapshotCodec::Run whole_run(const ReplicatedSchema& schema) {
    return {{}, {static_cast<std::uint16_t>(schema.types().size()), 0}, true};
}

} // namespace

const Frame* FeedChain::find(Tick tick) const {
    const auto found = std::ranges::find(frames_, tick, &Frame::tick);
    return found == frames_.end() ? nullptr : &*found;
}

Frame& FeedChain::add(Tick tick) {
    // The baseline may be a while before `tick`, and the others their ages before that.
    const auto is_kept = [&](const Frame& frame) {
        return frames_.front().tick - frame.tick <= oldest_age;
    };
    if (!frames_.empty() && !is_kept(frames_.back())) {
        Frame reused = std::move(frames_.back());
        frames_.pop_back();
        while (!frames_.empty() && !is_kept(frames_.back())) frames_.pop_back();
        frames_.push_front(std::move(reused));
    } else {
        frames_.emplace_front(schema_.types());
    }
    frames_.front().clear(tick);
    return frames_.front();
}

void FeedEncoder::copy(const Frame& frame, const IsHidden& is_hidden) {
    Frame& copied = chain_.add(frame.tick);
    copied.types = frame.types;
    if (!is_hidden) return;
    const auto types = chain_.schema().types();
    for (std::size_t t = 0; t < types.size(); ++t) {
        TypeFrame& type = copied.types[t];
        for (std::size_t slot = 0; slot < type.slots(); ++slot) {
            if (type.has(slot) && is_hidden(types[t], type.id[slot], type.owner[slot]))
                type.incarnation[slot] = 0;
        }
    }
}

FeedEncoder::Outcome FeedEncoder::encode(const Frame& frame,
                                         bool as_keyframe,
                                         const IsHidden& is_hidden,
                                         std::vector<std::uint8_t>& out) {
    const std::optional<Tick> newest = chain_.newest();
    ENGINE_NET_ASSERT(!newest || frame.tick > *newest);
    if (as_keyframe || (newest && frame.tick - *newest > longest_lag)) chain_.clear();

    const auto chosen = ReferenceTicks::choose(chain_.newest(), frame.tick, [&](Tick tick) {
        return chain_.find(tick) != nullptr;
    });
    copy(frame, is_hidden);
    const auto references = chosen.with_frames(frame.tick, [&](Tick tick) {
        return chain_.find(tick);
    });
    const std::size_t begin = out.size();
    out.push_back(static_cast<std::uint8_t>(references->lag));
    out.push_back(static_cast<std::uint8_t>(references->count));
    for (std::size_t i = 0; i < references->count; ++i)
        out.push_back(static_cast<std::uint8_t>(references->ages[i]));

    const SnapshotCodec::Run run = whole_run(chain_.schema());
    const std::size_t body = out.size();
    for (std::size_t room = 2 * typical_bytes_; room <= max_feed_frame_bytes; room *= 2) {
        out.resize(body + room);
        const auto coded = codec_.encode_shared(
            *references, *chain_.find(frame.tick), run, std::span(out).subspan(body));
        if (coded.to != run.to) continue;
        out.resize(body + coded.bytes);
        typical_bytes_ = std::max<std::size_t>(coded.bytes, 512);
        return references->count == 0 ? Outcome::keyframe : Outcome::frame;
    }
    out.resize(begin);
    chain_.clear();
    return Outcome::too_large;
}

const Frame* FeedDecoder::decode(Tick tick, Bytes bytes) {
    ByteReader reader(bytes);
    ReferenceTicks named;
    const std::int32_t lag = reader.read<std::uint8_t>();
    named.count = reader.read<std::uint8_t>();
    if (!reader.ok() || named.count > max_references || lag > longest_lag ||
        (lag == 0) != (named.count == 0))
        return nullptr;
    std::int32_t last_age = -1;
    for (std::size_t i = 0; i < named.count; ++i) {
        const std::int32_t age = reader.read<std::uint8_t>();
        if (age <= last_age || (i == 0 && age != 0)) return nullptr;
        named.ticks[i] = tick - lag - age;
        last_age = age;
    }
    if (!reader.ok() || reader.rest().size() > max_feed_frame_bytes) return nullptr;
    if (named.count != 0 && chain_.newest() != named.ticks[0]) return nullptr;
    if (named.count == 0) chain_.clear();

    Frame& frame = chain_.add(tick);
    const auto references = named.with_frames(tick, [&](Tick wanted) {
        return chain_.find(wanted);
    });
    const SnapshotCodec::Run run = whole_run(chain_.schema());
    const bool is_sound =
        references &&
        codec_.decode_shared(*references, reader.rest(), run, frame) == DecodeOutcome::ok;
    if (is_sound) return &frame;
    chain_.drop_newest();
    return nullptr;
}

} // namespace engine_net
