#include "replication/codec/snapshot_codec.hpp"

#include "replication/codec/range_coder.hpp"
#include "replication/codec/run_pass.hpp"
#include "replication/codec/scope_pass.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

namespace {

/// Room left for the block that is coded when the datagram is nearly full. Most need far less; one
/// that needs more begins the next datagram.
constexpr std::size_t block_room = 96;

} // namespace

SnapshotCodec::SnapshotCodec(std::span<const EntityType> types,
                             std::uint32_t ticks_per_second,
                             Priors priors)
    : ticks_per_second_(ticks_per_second)
    , book_(types, ticks_per_second)
    , priors_(std::move(priors)) {
    if (priors_.find(1) != nullptr) return;
    even_ = std::make_unique<Prior>(book_);
    adaptive_ = std::make_unique<AdaptiveModel>(*even_);
}

/// Calls `use` with the model for this lag.
template <class Use>
auto SnapshotCodec::with_model(int lag, Use&& use) {
    if (const TrainedModel* trained = priors_.find(lag)) return use(*trained);
    auto result = use(*adaptive_);
    adaptive_->forget();
    return result;
}

/// Calls `encode_part(coder, model, run, room_bytes)` for as much of the run as fits; that gives
/// the slot where it ended. `first` is the first slot that there is anything to tell of.
template <class EncodePart>
SnapshotCodec::Coded SnapshotCodec::encode(
    int lag, const Run& run, Slot first, std::span<std::uint8_t> out, EncodePart&& encode_part) {
    return with_model(lag, [&](auto& model) {
        Run part = run;
        for (std::size_t slots = block_slots; slots > 0; slots /= 2) {
            for (std::size_t reserved = block_room; reserved < 4 * out.size(); reserved *= 4) {
                RangeEncoder coder(out);
                const std::size_t room = out.size() - std::min(reserved, out.size());
                const Slot to = encode_part(coder, model, part, room);
                const std::size_t bytes = coder.finish();
                if (bytes <= out.size()) return Coded{to, bytes};
                model.forget();
            }
            // Not even the first block fits: less than one.
            const auto shorter = static_cast<std::uint16_t>(first.index + slots / 2);
            part.to = std::min(run.to, Slot{first.type, shorter});
        }
        return Coded{run.from, 0};
    });
}

SnapshotCodec::Coded SnapshotCodec::encode_shared(const References& references,
                                                  const Frame& frame,
                                                  const Run& run,
                                                  std::span<std::uint8_t> out) {
    return encode(references.lag,
                  run,
                  run.from,
                  out,
                  [&](RangeEncoder& coder, auto& model, const Run& part, std::size_t room_bytes) {
                      RunPass pass(coder, model, book_, references);
                      return pass.run(frame, part.from, part.to, part.knows_counts, room_bytes);
                  });
}

SnapshotCodec::Coded SnapshotCodec::encode_scoped(const ScopedReferences& references,
                                                  const Frame& frame,
                                                  const Scope& scope,
                                                  SharedBases& bases,
                                                  const Run& run,
                                                  std::span<std::uint8_t> out) {
    const Slot first = std::min(scope.sight->next(run.from).value_or(run.to),
                                references.next_seen(run.from).value_or(run.to));
    return encode(references.typical_lag,
                  run,
                  first,
                  out,
                  [&](RangeEncoder& coder, auto& model, const Run& part, std::size_t room_bytes) {
                      ScopePass pass(coder, model, book_, references);
                      pass.see(*scope.sight, bases);
                      return pass.run(
                          frame, *scope.told, part.from, part.to, scope.tells_all, room_bytes);
                  });
}

DecodeOutcome SnapshotCodec::decode_shared(
    const References& references, Bytes body, const Run& run, Frame& frame, SizeMeter* meter) {
    return with_model(references.lag, [&](auto& model) {
        RangeDecoder coder(body, meter);
        RunPass pass(coder, model, book_, references);
        pass.run(frame, run.from, run.to, run.knows_counts, 0);
        coder.end_rest();
        if (pass.lacks_reference()) return DecodeOutcome::unknown_version;
        return coder.is_sound() ? DecodeOutcome::ok : DecodeOutcome::damaged;
    });
}

DecodeOutcome SnapshotCodec::decode_scoped(const ScopedReferences& references,
                                           Bytes body,
                                           const Run& run,
                                           bool tells_all,
                                           Frame& frame,
                                           SlotSet& told,
                                           SizeMeter* meter) {
    return with_model(references.typical_lag, [&](auto& model) {
        RangeDecoder coder(body, meter);
        ScopePass pass(coder, model, book_, references);
        pass.run(frame, told, run.from, run.to, tells_all, 0);
        coder.end_rest();
        return pass.is_sane() && coder.is_sound() ? DecodeOutcome::ok : DecodeOutcome::damaged;
    });
}

} // namespace engine_net
