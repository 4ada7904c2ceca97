// Sights of as much as there can be.

#include "replication/frame_difference.hpp"
#include "replication/made_schema.hpp"
#include "replication/random_game.hpp"
#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

using namespace engine_net;

namespace {

/// One viewer that sees all but one entity in seven, over a link that loses nothing.
struct Told {
    explicit Told(const ReplicatedSchema& schema)
        : history(schema)
        , codec(schema.types(), 60)
        , client_codec(schema.types(), 60)
        , encoder(history, &codec)
        , viewer(encoder, {})
        , replica(schema, &client_codec) {}

    SnapshotBuilder& begin() { return history.begin(now = now + 1); }
    /// Gives what is wrong with what the client has of the tick, or nothing.
    std::string tell() {
        history.commit();
        SlotSet seen;
        encoder.scoped()->everything(now)->each([&](Slot slot) {
            if ((slot.index + now.value / 4) % 7 != 0) seen.add(slot);
        });
        std::string wrong;
        parts = 0;
        const auto sight = encoder.scoped()->share(now, std::move(seen));
        viewer.encode(now, {sight, {}}, [&](Bytes datagram) {
            if (replica.receive(datagram) != ReceiveOutcome::ok && wrong.empty())
                wrong = "part " + std::to_string(parts) + " is refused";
            if (++parts % 32 == 0) viewer.on_ack(replica.acks().newest, replica.acks().bits);
        });
        viewer.on_ack(replica.acks().newest, replica.acks().bits);
        const Frame* client = replica.find_frame(now);
        if (!wrong.empty() || !client) return wrong.empty() ? "nothing came" : wrong;
        const auto types = history.schema().types();
        for (std::size_t t = 0; t < types.size(); ++t) {
            const TypeFrame& server = history.newest()->types[t];
            const TypeFrame& rows = client->types[t];
            for (std::size_t i = 0; i < std::max(rows.slots(), server.slots()); ++i) {
                const Slot slot{static_cast<std::uint16_t>(t), static_cast<std::uint16_t>(i)};
                if (rows.has(i) != sight->has(slot))
                    return at_slot(types[t], i, rows.has(i) ? "is not in sight" : "is missing");
                if (rows.has(i)) wrong = shared_row_difference(types[t], server, rows, i);
                if (!wrong.empty()) return at_slot(types[t], i, wrong);
            }
        }
        const auto check = viewer.take_state_check();
        if (!check || check->tick != now) return "the tick is not acked whole";
        return replica.state_hash(now) == check->hash ? "" : "hashes differ";
    }

    History history;
    SnapshotCodec codec;
    SnapshotCodec client_codec;
    SnapshotEncoder encoder;
    Viewer viewer;
    Replica replica;
    Tick now;
    std::size_t parts = 0;
};

/// A struct of so many numbers of all 32 bits.
ReplicatedSchema schema_of_numbers(int numbers) {
    std::vector<made::Field> fields;
    fields.reserve(static_cast<std::size_t>(numbers));
    for (int i = 0; i < numbers; ++i) {
        fields.push_back(
            {"number" + std::to_string(i), reflection::Int, {}, static_cast<std::uint16_t>(4 * i)});
    }
    auto loaded = ReplicatedSchema::load(made::Schema({{"Big", fields, 4 * numbers}}).compiled());
    REQUIRE_MESSAGE(loaded, (loaded ? std::string{} : loaded.error().text));
    return *loaded;
}

} // namespace

TEST_CASE("scoped limits: entities of which a few fill a datagram are told as they are") {
    for (const int numbers : {16, 30, 40, 64}) {
        CAPTURE(numbers);
        const ReplicatedSchema schema = schema_of_numbers(numbers);
        Told told(schema);
        RandomGame game(schema, 5, 40);
        std::string wrong;
        for (int i = 0; i < 40 && wrong.empty(); ++i) {
            game.step();
            game.describe(told.begin());
            wrong = told.tell();
        }
        CHECK(wrong == "");
    }
}

TEST_CASE("scoped limits: a sight of as many entities as there can be is told whole") {
    Told told(rocks_room::schema());
    std::vector<rocks_room::Described> rocks;
    for (std::uint32_t id = 1; id <= max_entities; ++id)
        rocks.push_back(rocks_room::rock(id * 7, static_cast<float>(id % 64)));
    for (int i = 0; i < 2; ++i) {
        rocks_room::describe(told.begin(), rocks);
        CHECK(told.tell() == "");
    }
}
