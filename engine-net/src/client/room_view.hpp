#pragma once

#include "client/interpolator.hpp"
#include "core/bytes.hpp"
#include "replication/codec/snapshot_codec.hpp"
#include "replication/foreign_schema.hpp"
#include "replication/replica.hpp"
#include "replication/replicated_schema.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/shown.hpp>
#include <engine_net/stats.hpp>
#include <engine_net/tick.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine_net {

/// Rooms of one schema as a client sees them: its copy of the one that it is in, shown as the
/// client's own structs, and its inputs as the server's.
class RoomView {
public:
    /// Of rooms with the client's own schema, which outlives this.
    RoomView(const ReplicatedSchema& own, std::uint32_t tick_rate);
    RoomView(std::unique_ptr<const ForeignSchema> foreign, std::uint32_t tick_rate);

    [[nodiscard]] std::uint64_t digest() const { return schema_.digest(); }
    [[nodiscard]] Replica& replica() { return replica_; }
    [[nodiscard]] const Replica& replica() const { return replica_; }
    [[nodiscard]] Interpolator& interpolator() { return interpolator_; }

    /// As `Replica::each` and `Replica::find`, or `Interpolator`'s, of a struct of the client's
    /// schema.
    void each(const char* type,
              Shown shown,
              const std::function<void(EntityId, const void*)>& visit) const;
    bool find(const char* type, EntityId id, Shown shown, void* state) const;
    /// As `Replica::begin_again`: the same room by another connection.
    void begin_again();
    /// Forgets the room, and takes only snapshots newer than `floor` from now on.
    void clear(std::optional<Tick> floor = std::nullopt);
    /// As `Replica::find_told`.
    std::optional<Tick> find_told(const char* type, EntityId id, void* state) const;
    /// See `Client::traffic`.
    [[nodiscard]] std::vector<TypeTraffic> traffic();
    /// An input as the server knows it; empty when its schema has no such struct, or one that is
    /// no input. Good until the next call.
    Bytes to_server(const char* type, Bytes input);

private:
    void each_of_server(const char* type,
                        Shown shown,
                        const std::function<void(EntityId, const void*)>& visit) const;
    bool find_of_server(const char* type, EntityId id, Shown shown, void* state) const;

    std::unique_ptr<const ForeignSchema> foreign_; ///< null: the client's own
    const ReplicatedSchema& schema_;
    SnapshotCodec codec_;
    Replica replica_;
    Interpolator interpolator_;
    std::vector<std::uint8_t> input_; ///< reused
};

/// A schema of the server that is not one's own: how its rooms are seen, or why they can't be.
struct KnownSchema {
    std::uint64_t digest = 0;
    std::unique_ptr<RoomView> view;
    std::string refusal;
};

} // namespace engine_net
