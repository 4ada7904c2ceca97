#pragma once

#include <engine_net/ids.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/tick.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace engine_net {

/// One tick of a prediction.
struct PredictedStep {
    Tick tick;
    double seconds = 0; ///< that a tick takes
    /// False when the tick is simulated again after a correction. What a player is to see or hear
    /// once (a shot, a sound) belongs to the first time.
    bool is_first = true;
};

/// How a client moves its own entity ahead of the server: see `Client::predict`. `State` is the
/// replicated struct, `Input` the struct of `Client::send_input`. `Body` is what the game moves:
/// any type that can be copied, `State` itself if nothing is missing there.
template <class State, class Input, class Body = State>
struct PredictionRules {
    /// Whether the player moves this entity with its inputs. Of several, the first one counts.
    std::function<bool(EntityId, const State&)> owns{};
    /// Takes over what the server says of a tick. `body` is what was predicted for that tick, or a
    /// new one: what the state does not tell (a timer) may be kept.
    std::function<void(Body& body, const State& state)> correct{};
    /// Moves it by one tick, as the server's room does with that input. It must depend on nothing
    /// but these three.
    std::function<void(Body& body, const Input& input, const PredictedStep& step)> step{};
    /// Writes what is predicted into what the server said last.
    std::function<void(const Body& body, State& state)> describe{};
    /// After a correction what is shown goes over to what is right within this time. 0: at once.
    std::chrono::milliseconds smoothing{150};
};

/// For the library: rules without their types.
class PredictionModel {
public:
    PredictionModel() = default;
    virtual ~PredictionModel() = default;
    PredictionModel(const PredictionModel&) = delete;
    PredictionModel& operator=(const PredictionModel&) = delete;
    /// The game gave all four functions.
    [[nodiscard]] virtual bool is_complete() const = 0;
    [[nodiscard]] virtual const char* state_type() const = 0;
    [[nodiscard]] virtual std::size_t input_bytes() const = 0;
    [[nodiscard]] virtual std::chrono::milliseconds smoothing() const = 0;
    [[nodiscard]] virtual bool owns(EntityId id, const void* state) const = 0;
    /// The body at hand is new.
    virtual void begin() = 0;
    /// Keeps the body at hand as that of `tick`, of the newest `history_ticks`.
    virtual void save(Tick tick) = 0;
    /// Takes that of `tick` in hand.
    virtual void load(Tick tick) = 0;
    virtual void correct(const void* state) = 0;
    virtual void step(const void* input, const PredictedStep& step) = 0;
    virtual void describe(void* state) const = 0;
};

/// For the library: see `PredictionModel`.
template <class State, class Input, class Body>
class TypedPrediction final : public PredictionModel {
    static_assert(std::is_trivially_copyable_v<State> && std::is_trivially_copyable_v<Input>,
                  "states and inputs are FlatBuffers structs");

public:
    explicit TypedPrediction(PredictionRules<State, Input, Body> rules)
        : rules_(std::move(rules)), bodies_(history_ticks) {}
    [[nodiscard]] bool is_complete() const override {
        return rules_.owns && rules_.correct && rules_.step && rules_.describe;
    }

    [[nodiscard]] const char* state_type() const override { return State::GetFullyQualifiedName(); }
    [[nodiscard]] std::size_t input_bytes() const override { return sizeof(Input); }
    [[nodiscard]] std::chrono::milliseconds smoothing() const override { return rules_.smoothing; }
    [[nodiscard]] bool owns(EntityId id, const void* state) const override {
        return rules_.owns(id, *static_cast<const State*>(state));
    }
    void begin() override { body_ = Body(); }
    void save(Tick tick) override { bodies_[tick.value % bodies_.size()] = body_; }
    void load(Tick tick) override { body_ = bodies_[tick.value % bodies_.size()]; }
    void correct(const void* state) override {
        rules_.correct(body_, *static_cast<const State*>(state));
    }
    void step(const void* input, const PredictedStep& step) override {
        rules_.step(body_, *static_cast<const Input*>(input), step);
    }
    void describe(void* state) const override {
        rules_.describe(body_, *static_cast<State*>(state));
    }

private:
    PredictionRules<State, Input, Body> rules_;
    Body body_{};
    std::vector<Body> bodies_; ///< by tick
};

} // namespace engine_net
