#pragma once

#include "rules/ship.hpp"

#include <engine_net/client.hpp>

#include <cstdint>
#include <optional>

namespace arena {

/// A player that flies past whoever else is there, straight on and fast, again and again.
class Runner {
public:
    /// Within that distance of the other one it steers nothing.
    static constexpr float near = 300;

    explicit Runner(engine_net::Client& client) : client_(client) {}
    void play(engine_net::Time now);
    /// From pressing a button to turn, to the first frame that shows the ship turned.
    [[nodiscard]] double mean_input_delay_ms() const {
        return turns_ > 0 ? static_cast<double>(delays_.count()) / 1000 / turns_ : 0;
    }

private:
    struct Press {
        engine_net::Time when{};
        float heading = 0;
    };
    enum class Course : std::uint8_t { rests, approaches, passes }; ///< its tank fills as it rests
    void change_course(const Ship& own, float distance);
    void measure(engine_net::Time now, const Ship& own, bool turns);

    engine_net::Client& client_;
    Course course_ = Course::approaches;
    bool has_turned_ = false;
    std::optional<Press> press_; ///< that is not shown yet
    engine_net::Duration delays_{0};
    int turns_ = 0;
};

/// A player that stands still and shoots, at what its client shows it, whatever flies by: so
/// straight that whoever sees what it sees can't miss.
class Gunner {
public:
    /// `client` outlives it.
    explicit Gunner(engine_net::Client& client);

    /// Once after each poll of the client.
    void play(engine_net::Time now);

    /// Whether it shoots from now on; at first it only aims.
    void set_shooting(bool shoots) { shoots_ = shoots; }
    [[nodiscard]] int shots() const { return shots_; }

private:
    [[nodiscard]] std::optional<Ship> find_target(engine_net::Time now, const Ship& own) const;

    engine_net::Client& client_;
    engine_net::Tick last_tick_;
    std::uint32_t rest_ticks_ = 0; ///< until the next shot
    bool shoots_ = false;
    int shots_ = 0;
};

} // namespace arena
