#include "replication/replica.hpp"
#include "replication/viewer.hpp"

#include "rocks_bfbs_generated.h"
#include "rocks_generated.h"

#include <doctest/doctest.h>

using namespace engine_net;

TEST_CASE("replica: it shows what the room described") {
    const auto schema = ReplicatedSchema::load(compiled_schema<rocks::RootBinarySchema>());
    REQUIRE_MESSAGE(schema, (schema ? "" : schema.error().text));
    History history(*schema);
    SnapshotEncoder encoder(history);
    Viewer viewer(encoder, PresenceId{3});
    Replica replica(*schema);

    auto& snapshot = history.begin(Tick{1});
    const rocks::Ship ship({1.5f, -2}, {3, 4}, 1, rocks::Hull::steel, true, 77, 400);
    snapshot.add(EntityId{9}, ship, PresenceId{3});
    history.commit();

    viewer.encode(Tick{1}, [&](Bytes datagram) {
        CHECK(replica.receive(datagram) == ReceiveOutcome::ok);
    });
    const auto acks = replica.acks();
    REQUIRE(acks.any);
    viewer.on_ack(acks.newest, acks.bits);
    const auto check = viewer.take_state_check();
    REQUIRE(check);
    CHECK(replica.state_hash(check->tick) == check->hash);

    rocks::Ship seen;
    REQUIRE(replica.find(rocks::Ship::GetFullyQualifiedName(), EntityId{9}, &seen));
    CHECK(seen.position().x() == 1.5f);
    CHECK(seen.fuel() == 77);
}
