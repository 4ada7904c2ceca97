#pragma once

#include "replication/replicated_schema.hpp"
#include "replication/struct_leaves.hpp"
#include "wire/admin.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace engine_net {

/// A room's entities, read by the schema that its server hands over: first that, piece by piece,
/// then the entities, page by page, again and again. If there is a viewer, each time they come as
/// they are, and then as it has them.
class AdminInspection {
public:
    explicit AdminInspection(RoomId room, PresenceId viewer = {}) : room_(room), viewer_(viewer) {}

    /// What to ask next.
    Bytes ask(wire::AdminAsker& asker) const;
    /// True when all entities have come once more, or nothing can come.
    bool take(const wire::AdminReply& reply);
    /// Null before that.
    [[nodiscard]] const AdminEntities* entities() const { return shown_ ? &*shown_ : nullptr; }
    /// As the viewer has them.
    [[nodiscard]] const AdminEntities* seen() const { return seen_ ? &*seen_ : nullptr; }
    [[nodiscard]] PresenceId viewer() const { return viewer_; }

private:
    struct Type {
        std::size_t struct_bytes = 0;
        std::vector<StructLeaf> leaves;
    };

    bool take_schema(const wire::AdminSchema& schema);
    bool read_schema();
    bool take_entities(const wire::AdminEntities& page);
    void add(const wire::AdminEntityRun& run);
    void begin_page_one();

    RoomId room_;
    PresenceId viewer_; ///< not set: none
    bool is_viewers_turn_ = false;
    std::uint64_t digest_ = 0;
    std::vector<std::uint8_t> schema_; ///< as much of it as has come; whole, once there are types
    std::vector<Type> types_;
    AdminEntities coming_;
    std::size_t count_ = 0; ///< of `coming_`
    wire::AdminPlace next_{};
    std::optional<AdminEntities> shown_;
    std::optional<AdminEntities> seen_;
};

} // namespace engine_net
