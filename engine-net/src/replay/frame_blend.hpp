#pragma once

#include "replication/frame.hpp"
#include "replication/replicated_schema.hpp"
#include "replication/type_cache.hpp"

#include <engine_net/ids.hpp>

#include <cstdint>
#include <functional>

namespace engine_net {

/// Two whole ticks, and a moment between them.
struct BlendedFrames {
    const Frame* from = nullptr; ///< null: there is nothing to show
    const Frame* to = nullptr;   ///< null: nothing is known of what follows
    double ticks = 0;            ///< since `from`
};

/// Entities at a moment between two ticks, by the schema's `interpolate`. Those that `to` does not
/// have any more move on by their velocities until then.
class FrameBlend {
public:
    /// `schema` outlives it.
    FrameBlend(const ReplicatedSchema& schema, std::uint32_t ticks_per_second);

    void each(const BlendedFrames& frames,
              const char* type,
              const std::function<void(EntityId, const void*)>& visit) const;
    bool find(const BlendedFrames& frames, const char* type, EntityId id, void* state) const;

private:
    void blend(const BlendedFrames& frames, Slot slot, std::uint8_t* state) const;
    [[nodiscard]] const TypeFrame* rows_after(const BlendedFrames& frames, Slot slot) const;

    const ReplicatedSchema& schema_;
    double ticks_per_second_;
    mutable TypeCache types_;
    /// The two versions of an entity: kept so that they need not be cleared for each.
    mutable StructBytes from_{};
    mutable StructBytes to_{};
};

} // namespace engine_net
