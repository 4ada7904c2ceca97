#pragma once

#include "client/clock_sync.hpp"
#include "client/input_sender.hpp"
#include "replication/field_table.hpp"
#include "replication/state_blend.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/prediction.hpp>
#include <engine_net/stats.hpp>
#include <engine_net/tick.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace engine_net {

/// A client's own entity, ahead of what the server has told. Each tick that got its input is
/// stepped at once; when the server tells of a tick, what was predicted for it is compared, and if
/// it was wrong, the ticks since are stepped again from what is right (Y. Bernier, "Latency
/// Compensating Methods in Client/Server In-game Protocol Design and Optimization", 2001). What was
/// shown until then goes over to that smoothly.
class EntityPrediction {
public:
    /// What the server said last of the entity.
    struct Told {
        Tick tick;
        EntityId id;
        const std::uint8_t* state = nullptr; ///< of the struct's bytes
    };

    /// `type` is the model's, and outlives this.
    EntityPrediction(std::unique_ptr<PredictionModel> model,
                     const EntityType& type,
                     Duration tick_period);

    [[nodiscard]] PredictionModel& model() { return *model_; }
    [[nodiscard]] const EntityType& type() const { return type_; }

    /// Takes what is new of the server, then steps up to the newest tick that has an input.
    void take(const Told& told, const InputSender& inputs, Time now);
    void advance(const InputSender& inputs);
    /// There is no such entity now.
    void stop() { is_running_ = false; }

    /// The entity that it moves; nothing while there is none.
    [[nodiscard]] std::optional<EntityId> own() const {
        return is_running_ ? std::optional(id_) : std::nullopt;
    }
    [[nodiscard]] bool moves(EntityId id) const { return is_running_ && id == id_; }
    /// Writes it as it is at `when` of the client's own ticks, with what is left of a correction.
    void write(const TickTime& when, Time now, std::uint8_t* state) const;

    [[nodiscard]] const PredictionStats& stats() const { return stats_; }

private:
    void begin(const Told& told, const InputSender& inputs);
    void correct(const Told& told, const InputSender& inputs, Time now);
    void step(Tick tick, const InputSender& inputs, bool is_first);
    void save(Tick tick);
    void add_rest_of_correction(Time now, std::uint8_t* state) const;
    [[nodiscard]] std::uint8_t* shown(Tick tick) {
        return shown_.data() + tick.value % history_ticks * stride_;
    }
    [[nodiscard]] const std::uint8_t* shown(Tick tick) const {
        return shown_.data() + tick.value % history_ticks * stride_;
    }

    std::unique_ptr<PredictionModel> model_;
    const EntityType& type_;
    double tick_seconds_;
    bool is_running_ = false;
    EntityId id_;
    Tick first_;                      ///< that it was begun with
    Tick acked_;                      ///< the newest one that the server has told of
    Tick newest_;                     ///< the newest one stepped
    std::vector<std::uint8_t> told_;  ///< state of `acked_`
    std::size_t stride_;              ///< bytes from one shown state to the next
    std::vector<std::uint8_t> shown_; ///< by tick
    /// Of the newest tick that had one; as strictly aligned as a struct may be.
    alignas(std::max_align_t) std::array<std::uint8_t, max_input_bytes> input_{};
    StateOffset correction_{};
    std::optional<Time> corrected_; ///< when that was
    PredictionStats stats_{};
};

} // namespace engine_net
