#include "core/random.hpp"
#include "replication/ack_link.hpp"
#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/snapshot_meter.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <optional>

using namespace engine_net;
using namespace rocks_room;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t ticks_per_second = 60;

/// A room with a viewer on a bad link, of which everything is measured.
struct Measured {
    enum class Kind : std::uint8_t { shared, scoped, limited, whole };

    explicit Measured(Kind kind)
        : kind_(kind)
        , encoder_(history_, kind == Kind::whole ? nullptr : &codec_)
        , viewer(encoder_, PresenceId{1}, kind == Kind::limited ? 12'000 : 0)
        , replica_(schema(), kind == Kind::whole ? nullptr : &client_codec_) {
        meter.grant(24h, 24h);
        sums_[0] = &bits;
        meter.add_to(sums_);
    }

    void step() {
        ++now_;
        tick(history_, now_.value, rocks_.step());
        viewer.encode(
            now_,
            sight(),
            [&](Bytes datagram) {
                down_.send(datagram);
            },
            &meter);
        down_.deliver([&](Bytes datagram) {
            CHECK(replica_.receive(datagram) != ReceiveOutcome::malformed);
            send_acks(up_, replica_);
        });
        deliver_acks(up_, viewer);
    }

    SnapshotMeter meter{schema().types()};
    SnapshotBits bits;

private:
    Sight sight() {
        if (kind_ != Kind::scoped) return {};
        SlotSet seen;
        encoder_.scoped()->everything(now_)->each([&](Slot slot) {
            if ((slot.index + now_.value / 16) % 3 != 0) seen.add(slot);
        });
        return {encoder_.scoped()->share(now_, std::move(seen)), {}};
    }

    Kind kind_;
    std::array<SnapshotBits*, 1> sums_{};
    History history_{schema()};
    SnapshotCodec codec_{schema().types(), ticks_per_second};
    SnapshotCodec client_codec_{schema().types(), ticks_per_second};
    SnapshotEncoder encoder_;

public:
    Viewer viewer;

private:
    Replica replica_;
    RandomRoom rocks_{71, 300};
    UnreliableLink down_{5, {0.1, 0.1, 3}};
    UnreliableLink up_{6, {0.1, 0.1, 3}};
    Tick now_;
};

} // namespace

TEST_CASE("snapshot meter: types, fields and headers come to what was sent, to the byte") {
    for (const auto kind : {Measured::Kind::shared,
                            Measured::Kind::scoped,
                            Measured::Kind::limited,
                            Measured::Kind::whole}) {
        CAPTURE(static_cast<int>(kind));
        Measured measured(kind);
        for (int i = 0; i < 300; ++i) measured.step();
        const SnapshotBits& bits = measured.bits;
        CHECK(bits.datagrams == measured.viewer.datagrams());
        CHECK(bits.bytes == measured.viewer.bytes());
        double told = 0;
        for (const SizeMeter::TypeBits& type : bits.types) told += type.sum();
        CHECK(told + bits.headers == doctest::Approx(8 * static_cast<double>(bits.bytes)));
        // A header has 10 bytes, and 3 to 25 of what the sections begin with.
        const double header_bytes = bits.headers / 8 / static_cast<double>(bits.datagrams);
        CHECK(header_bytes > 10);
        CHECK(header_bytes < 36);
    }
}

TEST_CASE("snapshot meter: what is for the owner alone is counted by field, too") {
    for (const auto kind : {Measured::Kind::shared, Measured::Kind::whole}) {
        Measured measured(kind);
        for (int i = 0; i < 300; ++i) measured.step();
        const EntityType& ship = schema().types()[ship_type()];
        for (std::size_t field = 0; field < ship.fields.size(); ++field) {
            CAPTURE(ship.fields[field].name);
            CHECK(measured.bits.types[ship_type()].fields[field] > 0);
        }
    }
}

TEST_CASE("snapshot meter: without time it measures nothing, and waits after what took more") {
    Measured measured(Measured::Kind::shared);
    measured.meter = SnapshotMeter(schema().types());
    std::array<SnapshotBits*, 1> sums{&measured.bits};
    measured.meter.add_to(sums);
    for (int i = 0; i < 100; ++i) measured.step();
    CHECK(measured.bits.datagrams == 0);
    measured.meter.grant(1us, 1us);
    CHECK(measured.meter.has_time());
    for (int i = 0; i < 100; ++i) measured.step();
    CHECK(measured.bits.datagrams == 1);
    CHECK_FALSE(measured.meter.has_time());
}
