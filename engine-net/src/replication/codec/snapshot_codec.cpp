#include "replication/codec/snapshot_codec.hpp"

#include "replication/codec/entity_pass.hpp"
#include "replication/codec/range_coder.hpp"

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

SnapshotCodec::Coded SnapshotCodec::encode_shared(const References& references,
                                                  const Frame& frame,
                                                  const Run& run,
                                                  std::span<std::uint8_t> out) {
    Run part = run;
    for (std::size_t slots = block_slots; slots > 0; slots /= 2) {
        if (const auto coded = encode_run(references, frame, part, out)) return *coded;
        // Not even the first block fits: less than one.
        const Slot shorter{run.from.type, static_cast<std::uint16_t>(run.from.index + slots / 2)};
        part.to = std::min(run.to, shorter);
    }
    return Coded{run.from, 0};
}

std::optional<SnapshotCodec::Coded> SnapshotCodec::encode_run(const References& references,
                                                              const Frame& frame,
                                                              const Run& run,
                                                              std::span<std::uint8_t> out) {
    return with_model(references.lag, [&](auto& model) -> std::optional<Coded> {
        using Model = std::remove_reference_t<decltype(model)>;
        for (std::size_t reserved = block_room; reserved < 4 * out.size(); reserved *= 4) {
            RangeEncoder coder(out);
            EntityPass<RangeEncoder, Model> pass(coder, model, book_, references);
            const std::size_t room = out.size() - std::min(reserved, out.size());
            const Slot to = pass.shared(frame, run.from, run.to, run.knows_counts, room);
            const std::size_t bytes = coder.finish();
            if (bytes <= out.size()) return Coded{to, bytes};
            model.forget();
        }
        return std::nullopt;
    });
}

DecodeOutcome SnapshotCodec::decode_shared(const References& references,
                                           Bytes body,
                                           const Run& run,
                                           Frame& frame) {
    return with_model(references.lag, [&](auto& model) {
        using Model = std::remove_reference_t<decltype(model)>;
        RangeDecoder coder(body);
        EntityPass<RangeDecoder, Model> pass(coder, model, book_, references);
        pass.shared(frame, run.from, run.to, run.knows_counts, 0);
        if (pass.lacks_reference()) return DecodeOutcome::unknown_version;
        return coder.is_sound() ? DecodeOutcome::ok : DecodeOutcome::damaged;
    });
}

} // namespace engine_net
