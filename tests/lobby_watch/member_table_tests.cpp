#include "lobby-watch/model/member_table.hpp"
#include "lobby_watch/fake_source.hpp"

#include <doctest/doctest.h>

using namespace engine_net;
using namespace std::chrono_literals;
using watch::MemberColumn;
using watch::MemberTable;
using watch::Trouble;

TEST_CASE("member_table: members have rates, and a share of their budget") {
    FakeSource source;
    source.add_member(1, "Ada").budget = 4000;
    MemberTable table;
    Time now{1s};
    for (int step = 0; step < 12; ++step) {
        now += 250ms;
        source.view->members[0].bytes_out += 500;
        table.update(now, &*source.view, 60);
    }
    REQUIRE(table.rows().size() == 1);
    CHECK(table.rows()[0].bytes_out_per_s == doctest::Approx(2000));
    CHECK(table.rows()[0].budget_use() == doctest::Approx(0.5));
    table.update(now, nullptr, 60);
    CHECK(table.rows().empty());
}

TEST_CASE("member_table: members are sorted by any column, and found by their ids") {
    FakeSource source;
    source.add_member(1, "Ada").round_trip = 20ms;
    source.add_member(2, "Grace").round_trip = 90ms;
    source.add_member(3, "Barbara").round_trip = 50ms;
    source.view->host = {3};
    MemberTable table;
    table.update(Time{1s}, &*source.view, 60);
    CHECK(table.rows()[1].member.member.name == "Barbara");
    table.sort_by(MemberColumn::round_trip, true);
    CHECK(table.rows()[0].member.member.name == "Grace");
    REQUIRE(table.find({3}));
    CHECK(table.find({3})->flags() == "host");
    CHECK(table.find({4}) == nullptr);
    for (std::size_t column = 0; column < watch::member_column_count; ++column) {
        table.sort_by(static_cast<MemberColumn>(column), true);
        CHECK(table.saved().rows.size() == 3);
    }
}

TEST_CASE("member_table: the worst that is to be known of a member") {
    AdminMember member;
    CHECK(watch::trouble_of(member, 60) == Trouble::none);
    member.round_trip = 200ms;
    CHECK(watch::trouble_of(member, 60) == Trouble::far);
    member.snapshot_age = 40;
    CHECK(watch::trouble_of(member, 60) == Trouble::behind);
    member.round_trip = 400ms;
    CHECK(watch::trouble_of(member, 60) == Trouble::very_far);
    member.member.is_connected = false;
    CHECK(watch::trouble_of(member, 60) == Trouble::away);
}
