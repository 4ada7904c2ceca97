// Ticks of several datagrams of which some are lost.

#include "replication/coded_section.hpp"
#include "replication/frame_difference.hpp"
#include "replication/replica.hpp"
#include "replication/rocks_room.hpp"
#include "replication/viewer.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace engine_net;
using namespace rocks_room;

namespace {

/// A room that needs several datagrams a tick, one viewer, and a link that loses what `loses` says.
class WideRoom {
public:
    using Loses = std::function<bool(std::uint32_t tick, const wire::SnapshotHeader&)>;

    void play(std::uint32_t ticks, const Loses& loses) {
        for (std::uint32_t i = 0; i < ticks; ++i) {
            tick(history, ++now, room.step());
            viewer.encode(Tick{now}, [&](Bytes datagram) {
                count(datagram);
                ByteReader reader(datagram);
                const auto header = reader.read<wire::SnapshotHeader>();
                if (loses(now, header)) return;
                const ReceiveOutcome outcome = replica.receive(datagram);
                refused += outcome != ReceiveOutcome::ok;
                unknown += outcome == ReceiveOutcome::unknown_version;
            });
            const Acks acks = replica.acks();
            if (acks.any) viewer.on_ack(acks.newest, acks.bits);
        }
    }
    [[nodiscard]] std::string difference() const {
        return frame_difference(schema().types(),
                                *history.newest(),
                                *replica.find_frame(*replica.newest_complete_tick()),
                                viewer.presence());
    }

    std::uint32_t now = 0;
    RandomRoom room{12, 400};
    History history{schema()};
    SnapshotCodec codec{schema().types(), 60};
    SnapshotCodec client_codec{schema().types(), 60};
    SnapshotEncoder encoder{history, &codec};
    Viewer viewer{encoder, PresenceId{1}};
    Replica replica{schema(), &client_codec};
    std::size_t coded = 0;   ///< sections
    std::size_t gapped = 0;  ///< of these, against ticks that arrived in part
    std::size_t refused = 0; ///< datagrams
    std::size_t unknown = 0;

private:
    void count(Bytes datagram) {
        ByteReader reader(datagram);
        reader.read<wire::SnapshotHeader>();
        const auto lengths = reader.read<std::uint16_t>();
        if ((lengths & is_coded_bit) == 0) return;
        ByteReader section(reader.read_bytes(lengths & ~unsigned{section_bits}));
        const Slot end{static_cast<std::uint16_t>(schema().types().size()), 0};
        const auto header = read_coded_header(section, Tick{now}, end);
        REQUIRE(header);
        ++coded;
        gapped += header->references.has_gaps;
    }
};

const WideRoom::Loses nothing = [](std::uint32_t, const wire::SnapshotHeader&) {
    return false;
};

} // namespace

TEST_CASE("gaps: what arrived of a tick is a baseline, whatever part of it was lost") {
    WideRoom wide;
    wide.play(5, nothing);
    Random random(3);
    wide.play(60, [&](std::uint32_t, const wire::SnapshotHeader&) {
        return random.next_chance(0.5);
    });
    CHECK(wide.refused == 0);
    CHECK(wide.coded > 75); // more than one a tick
    CHECK(wide.gapped > wide.coded / 2);
    wide.play(2, nothing);
    REQUIRE(wide.replica.newest_complete_tick() == Tick{wide.now});
    CHECK(wide.difference() == "");
}

TEST_CASE("gaps: a part that never arrives holds up the others no longer than itself") {
    WideRoom wide;
    wide.play(5, nothing);
    wide.play(40, [](std::uint32_t, const wire::SnapshotHeader& header) {
        return header.part() == 1;
    });
    CHECK(wide.refused == 0);
    // What is told of the first slots is as new as can be, tick by tick.
    const Frame& server = *wide.history.newest();
    const Frame* client = wide.replica.find_frame(Tick{wide.now});
    REQUIRE(client);
    std::size_t told = 0;
    for (std::size_t i = 0; i < 20; ++i) {
        if (!client->types[0].has(i)) continue;
        ++told;
        CHECK(shared_row_difference(schema().types()[0], server.types[0], client->types[0], i) ==
              "");
    }
    CHECK(told > 10);
    wide.play(2, nothing);
    REQUIRE(wide.replica.newest_complete_tick() == Tick{wide.now});
    CHECK(wide.difference() == "");
}

TEST_CASE("gaps: who acks what it lacks is refused a state, and has one again once it is honest") {
    WideRoom wide;
    wide.play(30, nothing);
    // Everything is acked, half of it is lost.
    Random random(4);
    std::uint16_t newest = 0;
    for (int i = 0; i < 20; ++i) {
        wide.play(1, [&](std::uint32_t, const wire::SnapshotHeader& header) {
            newest = header.sequence();
            return random.next_chance(0.5);
        });
        wide.viewer.on_ack(newest, 0xFFFFFFFF);
    }
    CHECK(wide.unknown > 0);
    CHECK(wide.unknown == wide.refused);
    // The lie is older than what the server goes by after as many ticks as it keeps.
    wide.play(history_ticks + 70, nothing);
    REQUIRE(wide.replica.newest_complete_tick() == Tick{wide.now});
    CHECK(wide.difference() == "");
}
