// What a server believes of others, and what it does not.

#include "server/cluster_gate.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace engine_net;
using cluster::ByteVector;
using cluster::NodeId;

namespace {

/// Takes whatever it is told, and tells nothing.
class SilentBackplane final : public cluster::Backplane {
public:
    Result<cluster::NodeStay, std::string> start() override { return cluster::NodeStay{}; }
    std::vector<cluster::Tell> take(Time) override { return {}; }
    void put(std::string, ByteVector) override {}
    void drop(const std::string&) override {}
    void send(NodeId, ByteVector) override {}
    void cast(std::string, std::shared_ptr<const ByteVector>) override {}
    void listen(std::string) override {}
    void unlisten(const std::string&) override {}
    bool say(std::string, ByteVector) override { return true; }
    void enter_channel(std::string, std::string, ByteVector) override {}
    void leave_channel(const std::string&, const std::string&) override {}
    void follow(std::string) override {}
    void unfollow(const std::string&) override {}
    void claim(std::string, std::string, std::chrono::milliseconds) override {}
    void release(const std::string&) override {}
    void offer(RoomId, std::vector<std::string>, std::uint32_t, std::uint32_t) override {}
    void reserve(std::uint64_t, std::string, RoomId, std::uint32_t) override {}
    void arrived(RoomId, std::uint64_t) override {}
};

constexpr Time now{std::chrono::hours(1)};
constexpr NodeId honest{2};
constexpr NodeId hostile{3};

struct Gate {
    RoomDirectory directory{{.max_rooms = 5, .tick_rate = 60, .input_window_ticks = 32}};
    UserTable users{};
    ChannelTable channels{1};
    ClusterGate gate{
        std::make_unique<SilentBackplane>(), {NodeId{1}, 1}, directory, users, channels};
    wire::ControlEncoder encoder{};
    wire::PeopleEncoder people{};

    Gate() {
        for (const NodeId node : {honest, hostile}) {
            cluster::tell::NodeTable table{.stay = {node, 1}};
            table.records["node"] =
                wire::encode_node_record({.name = "node-" + std::to_string(node.value),
                                          .address = "10.0.0.1:7777",
                                          .server_key = std::string(64, 'a')});
            gate.take(table, now);
        }
        REQUIRE(gate.find(hostile));
    }
    ByteVector room(RoomId id, std::uint32_t moves = 0) {
        RoomSummary summary;
        summary.id = id;
        summary.kind = "pond";
        summary.name = "a room";
        summary.capacity = 4;
        return wire::encode_room_record(moves, encoder.room_news({&summary, 1}, {}));
    }
    ByteVector user(const std::string& name) {
        UserSummary summary;
        summary.user = name;
        summary.name = name;
        summary.state = UserState::online;
        const Bytes bytes = people.user_news({&summary, 1});
        return {bytes.begin(), bytes.end()};
    }
    void tell(NodeId node, const std::string& key, ByteVector value) {
        gate.take(cluster::tell::Record{node, key, false, std::move(value)}, now);
    }
    [[nodiscard]] std::size_t rooms() const { return directory.remote_rooms().size(); }
};

std::string key_of(RoomId room) {
    return "room/" + std::to_string(room.value);
}

} // namespace

TEST_CASE("cluster gate: a room of one server is not another's, whatever that one tells") {
    Gate stage;
    const RoomId room{first_room_of(honest) + 1};
    stage.tell(honest, key_of(room), stage.room(room));
    REQUIRE(stage.rooms() == 1);
    stage.tell(hostile, key_of(room), stage.room(room));
    CHECK(stage.gate.refused() == 1);
    CHECK(stage.directory.find_remote(room)->node == honest.value);
    stage.gate.take(cluster::tell::Record{hostile, key_of(room), true, {}}, now);
    CHECK(stage.rooms() == 1);
    stage.gate.take(cluster::tell::NodeGone{hostile}, now);
    CHECK(stage.rooms() == 1);
    stage.gate.take(cluster::tell::NodeGone{honest}, now);
    CHECK(stage.rooms() == 0);
}

TEST_CASE("cluster gate: a room that has gone to another server is that one's, in any order") {
    Gate stage;
    const RoomId room{first_room_of(honest) + 1};
    const auto holder = [&] {
        const auto* const known = stage.directory.find_remote(room);
        return known ? NodeId{known->node} : NodeId{};
    };
    stage.tell(honest, key_of(room), stage.room(room));
    stage.tell(hostile, key_of(room), stage.room(room, 1));
    CHECK(holder() == hostile);
    CHECK(stage.gate.holder_of(room)->record.name == "node-3");
    // What was under way from the first one, and its end.
    stage.tell(honest, key_of(room), stage.room(room));
    CHECK(holder() == hostile);
    stage.gate.take(cluster::tell::Record{honest, key_of(room), true, {}}, now);
    CHECK(holder() == hostile);
    stage.tell(honest, key_of(room), stage.room(room, 2));
    CHECK(holder() == honest);
    stage.gate.take(cluster::tell::NodeGone{hostile}, now);
    CHECK(holder() == honest);
    stage.gate.take(cluster::tell::NodeGone{honest}, now);
    CHECK(stage.rooms() == 0);
}

TEST_CASE("cluster gate: a moved room that is in no list is found by its id and its codes") {
    Gate stage;
    const RoomId room{first_room_of(NodeId{9}) + 1};
    const std::string key = "moved/" + std::to_string(room.value);
    stage.tell(honest, key, wire::encode_moved_room({room, {"XYZABC", "QQQRRR"}}));
    CHECK(stage.gate.holder_of(room)->record.name == "node-2");
    CHECK(stage.gate.holder_of("QQQRRR")->record.name == "node-2");
    CHECK(stage.gate.holder_of("qqqrrr")->record.name == "node-2");
    CHECK(stage.gate.holder_of("QQQ") == nullptr);
    stage.tell(honest, "moved/1", wire::encode_moved_room({room, {"AAAAAA"}}));
    stage.tell(honest, key, wire::encode_moved_room({room, {std::string(100, 'A')}}));
    CHECK(stage.gate.refused() == 2);
    stage.gate.take(cluster::tell::Record{honest, key, true, {}}, now);
    CHECK(stage.gate.holder_of(room) == nullptr);
    CHECK(stage.gate.holder_of("XYZABC") == nullptr);
}

TEST_CASE("cluster gate: records that are not what their keys say are dropped, and counted") {
    Gate stage;
    const RoomId room{first_room_of(hostile) + 1};
    const ByteVector good = stage.room(room);
    const ByteVector someone = stage.user("ada");
    std::uint64_t refused = 0;
    const auto is_refused = [&](const std::string& key, ByteVector value) {
        stage.tell(hostile, key, std::move(value));
        return stage.gate.refused() == ++refused;
    };
    CHECK(is_refused("room/0", good));
    CHECK(is_refused("room/", good));
    CHECK(is_refused(key_of(room) + " ", good));
    CHECK(is_refused(key_of(RoomId{room.value + 1}), good));
    CHECK(is_refused(key_of(room), someone));
    CHECK(is_refused(key_of(room), stage.room({})));
    CHECK(is_refused("user/eve", someone));
    CHECK(is_refused("user/ada", good));
    CHECK(is_refused("node", good));
    CHECK(is_refused("", good));
    CHECK(is_refused("what", ByteVector(cluster::max_record_bytes, 0xFF)));
    CHECK(is_refused(key_of(room), ByteVector(cluster::max_record_bytes, 0xFF)));
    CHECK(stage.rooms() == 0);
    CHECK(stage.users.summary("ada").state == UserState::offline);
    CHECK(stage.gate.find(hostile)->record.name == "node-3");
}

TEST_CASE("cluster gate: a record that is cut anywhere, or has any bit wrong, does no harm") {
    Gate stage;
    const RoomId room{first_room_of(hostile) + 1};
    const std::vector<std::pair<std::string, ByteVector>> records{
        {key_of(room), stage.room(room)},
        {"user/ada", stage.user("ada")},
        {"moved/7", wire::encode_moved_room({RoomId{7}, {"XYZABC"}})},
        {"node",
         wire::encode_node_record(
             {.name = "node-3", .address = "10.0.0.1:7777", .server_key = std::string(64, 'a')})}};
    for (const auto& [key, good] : records) {
        for (std::size_t length = 0; length < good.size(); ++length)
            stage.tell(hostile, key, {good.begin(), good.begin() + static_cast<long>(length)});
        for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
            ByteVector damaged = good;
            damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            stage.tell(hostile, key, std::move(damaged));
        }
    }
    CHECK(stage.gate.refused() > 100);
    CHECK(stage.rooms() <= 1);
    stage.gate.take(cluster::tell::NodeGone{hostile}, now);
    CHECK(stage.rooms() == 0);
    CHECK(stage.users.summary("ada").state == UserState::offline);
}

TEST_CASE("cluster gate: what a server that nobody knows tells of, and of this one, is not heard") {
    Gate stage;
    const RoomId room{first_room_of(NodeId{9}) + 1};
    stage.tell(NodeId{9}, key_of(room), stage.room(room));
    cluster::tell::NodeTable own{.stay = {NodeId{1}, 7}};
    own.records[key_of(room)] = stage.room(room);
    stage.gate.take(own, now);
    CHECK(stage.rooms() == 0);
}

TEST_CASE("cluster gate: of a channel what can't be read leaves its place empty, and is counted") {
    Gate stage;
    cluster::tell::Followed followed{.channel = "lobby", .epoch = 5, .next = 3};
    followed.entries.push_back({cluster::EntryKind::said, {}, ByteVector(100, 0xFF)});
    followed.entries.push_back({cluster::EntryKind::joined, "ada", ByteVector(100, 0xFF)});
    followed.members.push_back({std::string(1000, 'x'), {'a'}});
    stage.gate.take(followed, now);
    CHECK(stage.gate.refused() == 3);
    stage.gate.take(cluster::tell::Said{.channel = "lobby", .epoch = 5, .number = 3, .entry = {}},
                    now);
    CHECK(stage.gate.refused() == 4);
}
