#include "scene.hpp"

#include "lettering.hpp"
#include "rules/ship.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

using arena::EventKind;
using arena::ShipFlag;
using arena::Vector;
using engine_net::EntityId;
using engine_net::ShownRoom;
using engine_net::Time;

namespace {

constexpr float fade_in_s = 0.5F;
constexpr float flash_s = 0.35F;
constexpr float exhaust_per_s = 70; // specks of one ship

Vector vector(const arena::Vec2& vec2) {
    return {vec2.x(), vec2.y()};
}

bool has(const arena::Ship& ship, ShipFlag flag) {
    return (ship.flags() & static_cast<std::uint8_t>(flag)) != 0;
}

Vector ahead(float heading) {
    return {std::cos(heading), std::sin(heading)};
}

} // namespace

void Scene::resize(int width, int height) {
    camera_.resize(static_cast<float>(width), static_cast<float>(height));
}

void Scene::update(const ShownRoom& room, Time now, float seconds) {
    time_s_ += seconds;
    take_ships(room, now);
    take_rocks(room, now, seconds);
    take_shots(room, now);
    fly_own_shots(seconds);
    shows_ghosts_ ? ghosts_.update(room, now) : ghosts_.clear();

    flash_ = std::max(0.0F, flash_ - seconds / flash_s);
    move_camera(seconds);
    leave_exhaust(seconds);
    sparks_.step(seconds);
}

/// To another ship it jumps.
void Scene::move_camera(float seconds) {
    if (camera_.shows_field()) return camera_.look_at({});
    const auto target = std::ranges::find_if(ships_, [this](const Ship& ship) {
        return ship.look.is_own || (!own_ && ship.player == followed_);
    });
    if (target == ships_.end()) return;
    const bool is_same = std::exchange(last_followed_, target->player) == target->player;
    is_same ? camera_.follow(target->look.place, seconds) : camera_.look_at(target->look.place);
}

void Scene::take_ships(const ShownRoom& room, Time now) {
    ships_.clear();
    const std::optional<OwnShip> before = std::exchange(own_, std::nullopt);
    room.each<arena::Ship>(now, [&](EntityId, const arena::Ship& ship) {
        const Vector velocity = vector(ship.velocity());
        ShipLook look;
        look.place = vector(ship.position());
        look.heading = ship.heading();
        look.colour = player_colour(ship.colour());
        look.is_own = ship.player() == room.presence().value;
        look.is_thrusting = has(ship, ShipFlag::thrusting);
        look.is_shielded = has(ship, ShipFlag::shielded);
        look.is_coasting = has(ship, ShipFlag::coasting);
        look.health = static_cast<float>(ship.health()) / arena::full_health;
        ships_.push_back({ship.player(), velocity, look});
        if (look.is_own) {
            own_colour_ = look.colour;
            own_ = {look.health,
                    static_cast<float>(ship.fuel()) / 255,
                    static_cast<float>(ship.ammo()) / arena::full_magazine};
        }
    });
    if (before && own_ && own_->health < before->health) flash_ = 1;
}

void Scene::take_rocks(const ShownRoom& room, Time now, float seconds) {
    rocks_.clear();
    std::unordered_map<EntityId, float> ages_s;
    const float age_of_new_s = rock_ages_s_.empty() ? fade_in_s : 0; // all are when one begins
    room.each<arena::Asteroid>(now, [&](EntityId id, const arena::Asteroid& asteroid) {
        const auto known = rock_ages_s_.find(id);
        const float age_s = known == rock_ages_s_.end() ? age_of_new_s : known->second + seconds;
        ages_s.emplace(id, age_s);
        rocks_.push_back({.shape = id.value,
                          .place = vector(asteroid.position()),
                          .heading = asteroid.heading(),
                          .radius = asteroid.radius(),
                          .presence = std::min(1.0F, 0.2F + age_s / fade_in_s)});
    });
    rock_ages_s_ = std::move(ages_s);
}

/// Those of others: one's own were shown when they were fired.
void Scene::take_shots(const ShownRoom& room, Time now) {
    bolts_.clear();
    room.each<arena::Shot>(now, [&](EntityId, const arena::Shot& shot) {
        if (shot.player() == room.presence().value) return;
        bolts_.push_back(
            {vector(shot.position()), vector(shot.velocity()), player_colour(shot.colour())});
    });
}

void Scene::fly_own_shots(float seconds) {
    std::vector<OwnShots::Obstacle> obstacles;
    obstacles.reserve(ships_.size() + rocks_.size());
    for (const Ship& ship : ships_) {
        if (!ship.look.is_own) obstacles.push_back({ship.look.place, arena::ship_radius});
    }
    for (const Rock& rock : rocks_) obstacles.push_back({rock.place, rock.radius});
    own_shots_.step(seconds, obstacles);
    for (const OwnShots::Shot& shot : own_shots_.all())
        bolts_.push_back({shot.position, shot.velocity, own_colour_});
}

void Scene::leave_exhaust(float seconds) {
    exhaust_due_ += exhaust_per_s * seconds;
    const int specks = static_cast<int>(exhaust_due_);
    exhaust_due_ -= static_cast<float>(specks);
    for (const Ship& ship : ships_) {
        if (!ship.look.is_thrusting || !camera_.is_in_sight(ship.look.place, 60)) continue;
        const Vector course = ahead(ship.look.heading);
        const Vector engine = ship.look.place - course * 10;
        for (int i = 0; i < specks; ++i) sparks_.exhaust(engine, ship.velocity - course * 170);
    }
}

void Scene::note(const arena::Event& event) {
    if (!event.position()) return;
    const Vector where = vector(*event.position());
    const Colour colour =
        colour_of(event.kind() == EventKind::appeared ? event.who() : event.whom());
    switch (event.kind()) {
    case EventKind::appeared: sparks_.wave(where, 60, colour); break;
    case EventKind::hit: sparks_.burst(where, {}, 14, 160, colour); break;
    case EventKind::broken: sparks_.burst(where, {}, 22, 120, stone); break;
    case EventKind::destroyed:
        sparks_.burst(where, {}, 70, 300, colour);
        sparks_.burst(where, {}, 40, 160, flame);
        sparks_.wave(where, 110, colour);
        break;
    case EventKind::joined:
    case EventKind::left:
    case EventKind::emote: break;
    }
}

Colour Scene::colour_of(std::uint32_t player) const {
    const auto found = std::ranges::find(ships_, player, &Ship::player);
    return found == ships_.end() ? pale : found->look.colour;
}

void Scene::draw(Canvas& canvas, const Roster& roster) const {
    backdrop_.draw(canvas, camera_, time_s_);
    if (camera_.shows_field()) draw_field_edge(canvas);
    for (const Rock& rock : rocks_) {
        draw_asteroid(
            canvas, camera_, rock.place, rock.heading, rock.radius, rock.shape, rock.presence);
    }
    for (const Bolt& bolt : bolts_)
        draw_shot(canvas, camera_, bolt.place, bolt.velocity, bolt.colour);
    for (const Ship& ship : ships_) draw_ship(canvas, camera_, ship.look, time_s_);
    sparks_.draw(canvas, camera_);
    ghosts_.draw(canvas, camera_);
    draw_words(canvas, roster);
    if (flash_ > 0) draw_flash(canvas);
}

void Scene::draw_field_edge(Canvas& canvas) const {
    const float half = arena::field_half * camera_.scale();
    const Vector middle = camera_.screen_middle();
    const std::array<Vector, 4> corners{middle + Vector{-half, -half},
                                        middle + Vector{half, -half},
                                        middle + Vector{half, half},
                                        middle + Vector{-half, half}};
    canvas.outline(corners, 1, pale.faded(0.25F));
}

/// Red light from the edges of the picture.
void Scene::draw_flash(Canvas& canvas) const {
    const float right = camera_.width();
    const float bottom = camera_.height();
    const Colour colour = danger.faded(0.5F * flash_);
    const float reach = 70;
    canvas.halo({0, 0}, {right, 0}, reach, colour);
    canvas.halo({0, bottom}, {right, bottom}, reach, colour);
    canvas.halo({0, 0}, {0, bottom}, reach, colour);
    canvas.halo({right, 0}, {right, bottom}, reach, colour);
}

/// Names below the ships of others, and what their players say above.
void Scene::draw_words(Canvas& canvas, const Roster& roster) const {
    for (const Ship& ship : ships_) {
        if (!camera_.is_in_sight(ship.look.place, 60)) continue;
        const Vector place = camera_.on_screen(ship.look.place);
        const Colour colour = ship.look.colour;
        if (!ship.look.is_own) {
            const Lettering label{.height = 9, .colour = colour.faded(0.65F)};
            label.draw_centred(
                canvas, place + Vector{0, 30 * camera_.scale()}, roster.name_of(ship.player));
        }
        if (const auto words = roster.words_of(ship.player)) {
            const Lettering speech{.height = 12, .colour = mixed(colour, white, 0.5F)};
            speech.draw_centred(canvas, place - Vector{0, 44 * camera_.scale()}, *words);
        }
    }
}

std::vector<Scene::Dot> Scene::dots() const {
    std::vector<Dot> dots;
    for (const Rock& rock : rocks_)
        dots.push_back({rock.place, rock.radius / 20, stone.faded(0.4F)});
    for (const Ship& ship : ships_) {
        dots.push_back({ship.look.place,
                        ship.look.is_own ? 3.2F : 2.2F,
                        ship.look.is_own ? white : ship.look.colour});
    }
    return dots;
}
