// The feed of the web bridge, to the byte: tests/golden/feed_*.json hold what a decoder in any
// language must read, and what must come out of it.

#include "bridge/feed_schema.hpp"
#include "bridge/random_feed.hpp"
#include "replication/codec/prior_training.hpp"
#include "replication/feed_chain.hpp"
#include "replication/history.hpp"
#include "replication/random_game.hpp"
#include "replication/random_schema.hpp"
#include "replication/rocks_room.hpp"
#include "replication/scalar.hpp"
#include "rules/heading.hpp"
#include "rules/schema.hpp"
#include "rules/world.hpp"
#include "wire/feed.hpp"

#include "drift_bfbs_generated.h"
#include "scalars_bfbs_generated.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>

using namespace engine_net;

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint32_t ticks_per_second = 60;
constexpr std::uint32_t all_ticks = 90;
constexpr std::uint32_t told_whole = 30; ///< of as many messages one is told with all values

std::string hex(Bytes bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::vector<std::uint8_t> from_hex(const std::string& text) {
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
    return bytes;
}

/// One tick of a game after the other.
using Game = std::function<void(SnapshotBuilder&)>;

Game random_game(const ReplicatedSchema& schema, std::uint64_t seed, std::size_t most) {
    return [game = RandomGame(schema, seed, most), ticks = 0](SnapshotBuilder& snapshot) mutable {
        // Some time passes without a change, so that entities rest and lines are straight.
        if (++ticks % 15 < 8) game.step();
        game.describe(snapshot);
    };
}

void describe(const arena::World& world, SnapshotBuilder& snapshot) {
    const auto vec2 = [](arena::Vector vector) {
        return arena::Vec2(vector.x, vector.y);
    };
    for (const arena::Player& one : world.players()) {
        const auto health = static_cast<std::uint8_t>(one.health);
        const arena::Ship ship(vec2(one.ship.position),
                               vec2(one.ship.velocity),
                               arena::radians(one.ship.heading),
                               one.id.value,
                               one.colour,
                               std::uint8_t{one.shield_s > 0} * 2,
                               health,
                               200,
                               7);
        const arena::Score score(one.id.value, one.colour, one.points, 1, 2);
        if (one.is_alive) snapshot.add(one.ship_entity, ship, one.id);
        snapshot.add(one.score_entity, score);
    }
    for (const arena::ShotBody& one : world.shots()) {
        const arena::Shot shot(
            vec2(one.position), vec2(one.velocity), one.player.value, one.colour);
        snapshot.add(one.id, shot);
    }
    for (const arena::AsteroidBody& one : world.asteroids()) {
        const float heading = arena::radians(static_cast<int>(one.heading));
        const arena::Asteroid asteroid(vec2(one.position), vec2(one.velocity), heading, one.radius);
        snapshot.add(one.id, asteroid);
    }
}

/// A match whose players hold down at random what they hold down for a third of a second.
Game arena_game() {
    constexpr std::uint32_t players = 16;
    const auto world = std::make_shared<arena::World>(arena::WorldConfig{.seed = 3});
    for (std::uint32_t i = 1; i <= players; ++i) world->add_player(PresenceId{i});
    return [world, random = Random(4)](SnapshotBuilder& snapshot) mutable {
        for (std::uint32_t i = 1; i <= players; ++i) {
            const auto buttons = static_cast<std::uint8_t>(random.next_below(16));
            if (random.next_chance(0.05)) world->steer(PresenceId{i}, arena::Input(buttons));
        }
        world->step(1.0F / ticks_per_second);
        describe(*world, snapshot);
    };
}

struct Golden {
    std::string name;
    std::string prior_file{}; ///< in the project's folder; "": the prior stands in the golden file
    std::shared_ptr<const ReplicatedSchema> schema;
    std::vector<std::uint8_t> prior{};
    Game game;
    bool is_server = false; ///< it has the frames that a server sends, not all that may be sent
};

std::shared_ptr<const ReplicatedSchema> loaded(CompiledSchema compiled) {
    auto schema = ReplicatedSchema::load(compiled);
    REQUIRE(schema);
    return std::make_shared<const ReplicatedSchema>(std::move(*schema));
}

std::vector<std::uint8_t> trained_for(const ReplicatedSchema& schema) {
    std::vector<Recording> recordings(1);
    History history(schema);
    const Game game = random_game(schema, 6, 20);
    for (std::uint32_t t = 1; t <= 120; ++t) {
        game(history.begin(Tick{t}));
        history.commit();
        recordings[0].push_back(*history.newest());
    }
    const CodeBook book(schema.types(), ticks_per_second);
    std::array<std::optional<Prior>, lag_classes> priors;
    for (const int lag : {1, 3, 6}) priors[lag_class_of(lag)] = train_prior(book, recordings, lag);
    return Priors::write(book, schema.layout_digest(), priors, 8);
}

std::vector<Golden> goldens() {
    const auto arena_trained = loaded(arena::schema());
    const auto arena_bare = loaded({arena::schema().bytes, {}});
    const auto rocks = loaded(compiled_schema<rocks::RootBinarySchema>());
    const auto scalars = loaded(compiled_schema<scalars::RootBinarySchema>());
    const auto drift = loaded(compiled_schema<drift::CallBinarySchema>());
    const CompiledSchema prior = arena::schema();
    std::vector<Golden> all{
        {.name = "feed_arena_trained.json",
         .prior_file = "schemas/arena.prior",
         .schema = arena_trained,
         .prior = {prior.prior.begin(), prior.prior.end()},
         .game = arena_game()},
        {.name = "feed_arena_server.json",
         .prior_file = "schemas/arena.prior",
         .schema = arena_trained,
         .prior = {prior.prior.begin(), prior.prior.end()},
         .game = arena_game(),
         .is_server = true},
        {.name = "feed_arena_untrained.json", .schema = arena_bare, .game = arena_game()},
        {.name = "feed_rocks_trained.json",
         .schema = rocks,
         .prior = trained_for(*rocks),
         .game = random_game(*rocks, 1, 60)},
        {.name = "feed_rocks.json", .schema = rocks, .game = random_game(*rocks, 2, 40)},
        {.name = "feed_scalars_trained.json",
         .schema = scalars,
         .prior = trained_for(*scalars),
         .game = random_game(*scalars, 3, 24)},
        {.name = "feed_scalars.json", .schema = scalars, .game = random_game(*scalars, 4, 12)},
        {.name = "feed_drift.json", .schema = drift, .game = random_game(*drift, 5, 30)}};
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const made::Schema made = RandomSchema(seed, true).make();
        const auto schema = loaded(made.compiled());
        all.push_back({.name = "feed_random_" + std::to_string(seed) + ".json",
                       .schema = schema,
                       .game = random_game(*schema, seed, 16)});
    }
    return all;
}

Json value_of(const Column& column, const std::uint8_t* state) {
    const std::uint8_t* const at = state + column.offset;
    if (is_floating(column.scalar)) return load_real(column.scalar, at);
    const std::int64_t value = load_whole(column.scalar, at);
    if (column.scalar == Scalar::boolean) return value != 0;
    if (column.scalar == Scalar::i64) return std::to_string(value);
    if (column.scalar == Scalar::u64) return std::to_string(static_cast<std::uint64_t>(value));
    return value;
}

/// By column; a rotation's are x, y, z, w; the second half of a number is null.
Json values_of(const EntityType& type, const std::int32_t* row) {
    StructBytes state;
    dequantise(type, row, state.data());
    Json values = Json::array();
    for (std::size_t c = 0; c < type.shared_columns; ++c) {
        const Column& column = type.columns[c];
        if (column.coding == Coding::rotation_largest) {
            for (std::size_t i = 0; i < 4; ++i)
                values.push_back(load<float>(state.data() + column.offset + 4 * i));
        } else if (column.coding == Coding::high_half) {
            values.push_back(nullptr);
        } else if (column.coding != Coding::rotation_three) {
            values.push_back(value_of(column, state.data()));
        }
    }
    return values;
}

Json entities_of(const Frame& frame, const ReplicatedSchema& schema) {
    Json all = Json::array();
    for (std::size_t t = 0; t < schema.types().size(); ++t) {
        const TypeFrame& rows = frame.types[t];
        for (std::size_t slot = 0; slot < rows.slots(); ++slot) {
            if (!rows.has(slot)) continue;
            all.push_back({{"type", schema.types()[t].name},
                           {"slot", slot},
                           {"incarnation", rows.incarnation[slot]},
                           {"id", rows.id[slot].value},
                           {"values", values_of(schema.types()[t], rows.row(slot))}});
        }
    }
    return all;
}

Priors priors_in(const ReplicatedSchema& schema, Bytes prior) {
    if (prior.empty()) return {};
    const CodeBook book(schema.types(), ticks_per_second);
    auto read = Priors::read(book, schema.layout_digest(), prior);
    REQUIRE(read);
    return *read;
}

/// What is to be read of a message.
Json told_by(const Frame& frame, const ReplicatedSchema& schema, bool is_whole) {
    Json told{{"tick", frame.tick.value}, {"hash", random_feed::hash_of(frame, schema.types())}};
    if (is_whole) told["entities"] = entities_of(frame, schema);
    return told;
}

/// Writes a message for some of the ticks.
using Writer = std::function<std::optional<std::vector<std::uint8_t>>(const Frame&)>;

Writer random_writer(SnapshotCodec& codec) {
    return [writer = random_feed::Writer(codec, 11), random = Random(12)](
               const Frame& frame) mutable -> std::optional<std::vector<std::uint8_t>> {
        if (random.next_chance(0.4)) return std::nullopt;
        return writer.write(frame);
    };
}

/// 20 frames a second, and a keyframe in one and a half.
Writer server_writer(const ReplicatedSchema& schema, SnapshotCodec& codec) {
    const auto encoder = std::make_shared<FeedEncoder>(schema, codec);
    return [encoder](const Frame& frame) -> std::optional<std::vector<std::uint8_t>> {
        if (frame.tick.value % 3 != 0) return std::nullopt;
        const bool is_keyframe = frame.tick.value % 90 == 3;
        const auto kind = is_keyframe ? wire::FeedKind::keyframe : wire::FeedKind::frame;
        std::vector<std::uint8_t> message;
        wire::write_feed_header({kind, RoomId{7}, frame.tick}, message);
        encoder->encode(frame, is_keyframe, nullptr, message);
        return message;
    };
}

/// The whole file.
std::string play(const Golden& golden) {
    const ReplicatedSchema& schema = *golden.schema;
    SnapshotCodec codec(schema.types(), ticks_per_second, priors_in(schema, golden.prior));
    const Writer write = golden.is_server ? server_writer(schema, codec) : random_writer(codec);
    History history(schema);
    std::ostringstream out;
    const bool is_in_file = golden.prior_file.empty();
    out << R"({"schema":)" << bridge::feed_schema_json(schema, ticks_per_second)
        << R"(,"prior_file":)" << Json(golden.prior_file) << R"(,"prior":)"
        << Json(is_in_file ? hex(golden.prior) : "") << R"(,"messages":[)";
    std::uint32_t messages = 0;
    const std::uint32_t ticks = golden.is_server ? 2 * all_ticks : all_ticks;
    for (std::uint32_t t = 1; t <= ticks; ++t) {
        golden.game(history.begin(Tick{t}));
        history.commit();
        const Frame& frame = *history.newest();
        const auto message = write(frame);
        if (!message) continue;
        Json told{{"bytes", hex(*message)}};
        told.update(told_by(frame, schema, messages % told_whole == told_whole - 1));
        out << (messages++ == 0 ? "\n" : ",\n") << told;
    }
    out << "\n]}\n";
    return out.str();
}

/// The project's folder: here, or the one above.
std::filesystem::path project() {
    return std::filesystem::exists("tests/golden") ? "." : "..";
}

std::string content_of(const std::string& name) {
    std::ifstream file(project() / "tests/golden" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_CASE("feed golden: the encoder writes the messages of tests/golden to the byte") {
    for (const Golden& golden : goldens()) {
        const std::string played = play(golden);
        const bool is_same = played == content_of(golden.name);
        if (is_same) continue;
        const auto folder = project() / "build/golden";
        std::filesystem::create_directories(folder);
        std::ofstream(folder / golden.name, std::ios::binary) << played;
        FAIL_CHECK("tests/golden differs from build/golden in ", golden.name);
    }
}

TEST_CASE("feed golden: what is read from the files is the state that stands there") {
    for (const Golden& golden : goldens()) {
        const Json file = Json::parse(content_of(golden.name));
        const ReplicatedSchema& schema = *golden.schema;
        SnapshotCodec codec(schema.types(), ticks_per_second, priors_in(schema, golden.prior));
        random_feed::Reader reader(codec, schema.types());
        std::size_t right = 0;
        for (const Json& message : file["messages"]) {
            const Frame* frame = reader.read(from_hex(message["bytes"]));
            REQUIRE(frame != nullptr);
            const Json told = told_by(*frame, schema, message.contains("entities"));
            Json expected = message;
            expected.erase("bytes");
            if (told == expected) ++right;
        }
        CHECK(right > 30);
        CHECK_MESSAGE(right == file["messages"].size(), golden.name);
    }
}
