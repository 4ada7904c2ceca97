#include "sparks.hpp"

#include "rules/heading.hpp"

#include <algorithm>
#include <cstddef>

using arena::Vector;

namespace {

constexpr std::size_t max_sparks = 1500; // more are left out
constexpr float wave_life_s = 0.7F;
constexpr float drag = 1.4F; // share of the speed lost per second

} // namespace

void Sparks::burst(Vector place, Vector drift, int count, float speed, Colour colour) {
    for (int i = 0; i < count && sparks_.size() < max_sparks; ++i) {
        const Vector course = arena::direction(dice_.below(arena::full_turn));
        const float life_s = dice_.between(0.3F, 1.1F);
        const Vector velocity = drift * 0.5F + course * (speed * dice_.between(0.1F, 1));
        const Colour hot = mixed(colour, white, dice_.between(0, 0.6F));
        sparks_.push_back({place, velocity, life_s, life_s, dice_.between(1, 2.2F), hot});
    }
}

void Sparks::wave(Vector place, float radius, Colour colour) {
    waves_.push_back({place, radius, 1, colour});
}

void Sparks::exhaust(Vector place, Vector velocity) {
    if (sparks_.size() >= max_sparks) return;
    const Vector spread = arena::direction(dice_.below(arena::full_turn)) * dice_.between(0, 26);
    const float life_s = dice_.between(0.15F, 0.45F);
    const Colour hot = mixed(flame, {1, 0.9F, 0.6F, 1}, dice_.between(0, 1));
    sparks_.push_back({place, velocity + spread, life_s, life_s, dice_.between(0.8F, 1.8F), hot});
}

void Sparks::step(float seconds) {
    for (Spark& spark : sparks_) {
        spark.place = arena::wrapped(spark.place + spark.velocity * seconds);
        spark.velocity = spark.velocity * std::max(0.0F, 1 - drag * seconds);
        spark.left_s -= seconds;
    }
    std::erase_if(sparks_, [](const Spark& spark) {
        return spark.left_s <= 0;
    });
    for (Wave& wave : waves_) wave.left -= seconds / wave_life_s;
    std::erase_if(waves_, [](const Wave& wave) {
        return wave.left <= 0;
    });
}

void Sparks::draw(Canvas& canvas, const Camera& camera) const {
    for (const Spark& spark : sparks_) {
        if (!camera.is_in_sight(spark.place, 40)) continue;
        const float light = spark.left_s / spark.life_s;
        const Vector head = camera.on_screen(spark.place);
        const Vector tail = head - spark.velocity * (0.028F * camera.scale());
        canvas.line(tail, head, spark.size, spark.colour.faded(light));
        canvas.disc(head, spark.size * 4, spark.colour.faded(0.4F * light), spark.colour.faded(0));
    }
    for (const Wave& wave : waves_) {
        if (!camera.is_in_sight(wave.place, wave.radius)) continue;
        const float grown = 1 - wave.left * wave.left;
        const Vector middle = camera.on_screen(wave.place);
        const float radius = wave.radius * grown * camera.scale();
        canvas.ring(middle, radius, 1 + 3 * wave.left, wave.colour.faded(0.8F * wave.left));
        canvas.disc(
            middle, radius, wave.colour.faded(0.25F * wave.left * wave.left), wave.colour.faded(0));
    }
}
