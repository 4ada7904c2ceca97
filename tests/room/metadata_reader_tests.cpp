#include "core/random.hpp"
#include "replication/made_schema.hpp"
#include "room/match_metadata.hpp"
#include "room/metadata_check.hpp"
#include "wire/text.hpp"

#include "room_game_bfbs_generated.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace engine_net;
using namespace engine_net::testing;

namespace {

constexpr std::array<std::string_view, 20> fields{"title",         "region",
                                                  "mode",          "rating",
                                                  "deepest",       "hashed",
                                                  "pace",          "is_ranked",
                                                  "season",        "rules.map",
                                                  "rules.rounds",  "rules.stricter.map",
                                                  "area.corner.x", "area.corner.floor",
                                                  "area.size",     "host",
                                                  "host_type",     "tags",
                                                  "scores",        "areas"};

using Found = std::optional<FieldValue>;

Found text(const char* text) {
    return std::string(text);
}

/// What `metadata` would have to pass before anything reads it by code that flatc wrote.
bool is_verified(const Metadata& metadata) {
    return verified<match_info::MatchInfo>(metadata) != nullptr;
}

/// Whatever the bytes are, what is found is a number or a text as one may be.
void check_found(const MetadataReader& reader, Bytes metadata) {
    for (const std::string_view field : fields) {
        const Found found = reader.find(metadata, field);
        if (!found) continue;
        if (const auto* words = std::get_if<std::string>(&*found)) {
            REQUIRE(wire::is_utf8(*words));
        } else {
            REQUIRE_FALSE(std::isnan(std::get<double>(*found)));
        }
    }
}

/// In memory that is just as large, so that a sanitizer sees each read past the end.
void check_damaged(const MetadataReader& reader, const Metadata& damaged) {
    if (reader.is_valid(damaged)) REQUIRE(is_verified(damaged));
    check_found(reader, damaged);
}

std::string refusal_of(CompiledSchema schema) {
    const auto reader = MetadataReader::load(schema);
    return reader ? std::string{} : reader.error();
}

} // namespace

TEST_CASE("metadata: every field that is set is found") {
    const MetadataReader reader = match_reader();
    const Metadata metadata = full_metadata();
    REQUIRE(reader.is_valid(metadata));
    REQUIRE(is_verified(metadata));
    CHECK(reader.find(metadata, "title") == text("Friday night"));
    CHECK(reader.find(metadata, "region") == text("eu-west"));
    CHECK(reader.find(metadata, "mode") == Found(2.0));
    CHECK(reader.find(metadata, "rating") == Found(-50.0));
    CHECK(reader.find(metadata, "deepest") == Found(-100.0));
    CHECK(reader.find(metadata, "hashed") == Found(0x1.0p63));
    CHECK(reader.find(metadata, "pace") == Found(0.25));
    CHECK(reader.find(metadata, "is_ranked") == Found(0.0));
    CHECK(reader.find(metadata, "season") == Found(0.0));
}

TEST_CASE("metadata: fields of tables and structs within are found by dots") {
    const MetadataReader reader = match_reader();
    const Metadata metadata = full_metadata();
    CHECK(reader.find(metadata, "rules.map") == text("moon"));
    CHECK(reader.find(metadata, "rules.rounds") == Found(7.0));
    CHECK(reader.find(metadata, "rules.stricter.map") == text("crater"));
    CHECK(reader.find(metadata, "area.corner.x") == Found(2.5));
    CHECK(reader.find(metadata, "area.corner.floor") == Found(-3.0));
    CHECK(reader.find(metadata, "area.size") == Found(64.0));
}

TEST_CASE("metadata: a number that was not set has its default, null is none") {
    const MetadataReader reader = match_reader();
    const Metadata metadata = bare_metadata();
    REQUIRE(reader.is_valid(metadata));
    CHECK(reader.find(metadata, "mode") == Found(1.0));
    CHECK(reader.find(metadata, "rating") == Found(1200.0));
    CHECK(reader.find(metadata, "deepest") == Found(-1.0));
    CHECK(reader.find(metadata, "hashed") == Found(9e18));
    CHECK(reader.find(metadata, "pace") == Found(1.5));
    CHECK(reader.find(metadata, "is_ranked") == Found(1.0));
    CHECK_FALSE(reader.find(metadata, "season"));
}

TEST_CASE("metadata: what was not set, is not known or is no single value is not found") {
    const MetadataReader reader = match_reader();
    const Metadata bare = bare_metadata();
    for (const char* absent : {"region", "rules.map", "rules.rounds", "area.size", "host"})
        CHECK_FALSE(reader.find(bare, absent));
    const Metadata full = full_metadata();
    for (const char* none :
         {"",           ".",           "titl",         "title.",     ".title",
          "title.map",  "rules",       "rules.",       "rules..map", "rules.stricter.stricter.map",
          "area",       "area.corner", "area.squares", "old_name",   "host",
          "host.level", "tags",        "tags.0",       "scores",     "areas",
          "areas.size", "earlier.map"})
        CHECK_FALSE(reader.find(full, none));
}

TEST_CASE("metadata: a NaN is not there, an infinity is") {
    const MetadataReader reader = match_reader();
    const auto paced = [](float pace) {
        flatbuffers::FlatBufferBuilder builder;
        return metadata_with(builder, [pace](match_info::MatchInfoBuilder& match) {
            match.add_pace(pace);
        });
    };
    CHECK_FALSE(reader.find(paced(std::nanf("")), "pace"));
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(reader.find(paced(infinity), "pace") == Found(infinity));
}

TEST_CASE("metadata: none at all is valid and has no fields") {
    const MetadataReader reader = match_reader();
    CHECK(reader.is_valid({}));
    CHECK_FALSE(reader.find({}, "rating"));
}

TEST_CASE("metadata: without a schema only none at all is valid") {
    const auto reader = MetadataReader::load({});
    REQUIRE(reader);
    CHECK(reader->is_valid({}));
    CHECK_FALSE(reader->is_valid(bare_metadata()));
    CHECK_FALSE(reader->find(bare_metadata(), "title"));
}

TEST_CASE("metadata: a table that is cut anywhere is refused") {
    const MetadataReader reader = match_reader();
    for (const Metadata& whole : {bare_metadata(), full_metadata()}) {
        for (std::size_t size = 1; size < whole.size(); ++size) {
            const Metadata cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            check_damaged(reader, cut);
            // At most three bytes behind the last text fill it up, and nothing reads them.
            if (size + 4 <= whole.size()) REQUIRE_FALSE(reader.is_valid(cut));
        }
    }
}

TEST_CASE("metadata: with any byte changed it is refused, or code that flatc wrote can read it") {
    const MetadataReader reader = match_reader();
    Metadata metadata = full_metadata();
    for (std::uint8_t& byte : metadata) {
        const std::uint8_t was = byte;
        for (unsigned value = 0; value <= 0xFF; ++value) {
            byte = static_cast<std::uint8_t>(value);
            check_damaged(reader, metadata);
        }
        byte = was;
    }
}

TEST_CASE("metadata: with many bytes changed it is refused, or code that flatc wrote can read it") {
    const MetadataReader reader = match_reader();
    const Metadata whole = full_metadata();
    for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
        Random random(seed);
        Metadata damaged = whole;
        for (std::uint64_t i = 0; i <= random.next_below(4); ++i) {
            // Small numbers, which are the likelier offsets, lengths and places in a vtable.
            damaged[random.next_below(damaged.size())] =
                static_cast<std::uint8_t>(random.next_below(random.next_below(2) ? 64 : 256));
        }
        check_damaged(reader, damaged);
    }
}

TEST_CASE("metadata: it may lie at any address") {
    const MetadataReader reader = match_reader();
    const Metadata whole = full_metadata();
    for (std::size_t shift = 0; shift < 8; ++shift) {
        Metadata shifted(shift);
        shifted.insert(shifted.end(), whole.begin(), whole.end());
        const Bytes bytes = Bytes(shifted).subspan(shift);
        CHECK(reader.is_valid(bytes));
        CHECK(reader.find(bytes, "rules.rounds") == Found(7.0));
        CHECK(reader.find(bytes, "area.size") == Found(64.0));
        CHECK(reader.find(bytes, "region") == text("eu-west"));
    }
}

TEST_CASE("metadata: more than its most bytes are refused") {
    const MetadataReader reader = match_reader();
    Metadata metadata = bare_metadata();
    metadata.resize(max_metadata_bytes);
    CHECK(reader.is_valid(metadata));
    metadata.push_back(0);
    CHECK_FALSE(reader.is_valid(metadata));
}

TEST_CASE("metadata: a text that is no UTF-8 is refused, and not found") {
    const MetadataReader reader = match_reader();
    const Metadata metadata = ranked_metadata(1, "\xFF\xFE", "");
    CHECK_FALSE(reader.is_valid(metadata));
    CHECK_FALSE(reader.find(metadata, "region"));
    CHECK(reader.find(metadata, "rating") == Found(1.0));
}

TEST_CASE("metadata: a required field that is missing is refused") {
    const MetadataReader reader = match_reader();
    flatbuffers::FlatBufferBuilder builder;
    const auto start = builder.StartTable();
    builder.AddElement<std::int32_t>(match_info::MatchInfo::VT_RATING, 7, 0);
    builder.Finish(flatbuffers::Offset<match_info::MatchInfo>(builder.EndTable(start)));
    const EventBytes bytes = bytes_of(builder);
    CHECK_FALSE(reader.is_valid(bytes));
    CHECK(reader.find(bytes, "rating") == Found(7.0));
}

TEST_CASE("metadata: a union is whatever its type says, and refused when that is not known") {
    const MetadataReader reader = match_reader();
    using match_info::Host;
    const auto hosted = [](Host type, bool is_text) {
        flatbuffers::FlatBufferBuilder builder;
        const auto bot = match_info::CreateBot(builder, 3).Union();
        const auto motto = builder.CreateString("onwards and upwards").Union();
        return metadata_with(builder, [&](match_info::MatchInfoBuilder& match) {
            match.add_host_type(type);
            match.add_host(is_text ? motto : bot);
        });
    };
    CHECK(reader.is_valid(hosted(Host::Bot, false)));
    CHECK(reader.is_valid(hosted(Host::motto, true)));
    CHECK_FALSE(reader.is_valid(hosted(Host::NONE, true)));
    CHECK_FALSE(reader.is_valid(hosted(static_cast<Host>(9), false)));
}

TEST_CASE("metadata: tables that stand too deep are refused") {
    const MetadataReader reader = match_reader();
    const auto nested = [](std::size_t depth) {
        flatbuffers::FlatBufferBuilder builder;
        flatbuffers::Offset<match_info::Rules> rules;
        for (std::size_t i = 0; i < depth; ++i)
            rules = match_info::CreateRules(builder, 0, 4, rules);
        return metadata_with(builder, [rules](match_info::MatchInfoBuilder& match) {
            match.add_rules(rules);
        });
    };
    CHECK(reader.is_valid(nested(max_metadata_depth - 1)));
    CHECK_FALSE(reader.is_valid(nested(max_metadata_depth)));
}

TEST_CASE("metadata: a few bytes that hold the same over and over is refused") {
    const MetadataReader reader = match_reader();
    flatbuffers::FlatBufferBuilder builder;
    const auto map = builder.CreateString(std::string(80, 'x'));
    auto rules = match_info::CreateRules(builder, map);
    for (int i = 0; i < 5; ++i) rules = match_info::CreateRules(builder, map, 4, rules);
    const auto earlier = builder.CreateVector(std::vector(40, rules));
    const Metadata metadata =
        metadata_with(builder, [earlier](match_info::MatchInfoBuilder& match) {
            match.add_earlier(earlier);
        });
    REQUIRE(metadata.size() <= max_metadata_bytes);
    CHECK(is_verified(metadata));
    CHECK_FALSE(reader.is_valid(metadata));
}

TEST_CASE("metadata: what is no schema, or one without a root table, is refused with a sentence") {
    const std::vector<std::uint8_t> noise(100, 7);
    CHECK(refusal_of({noise}) == "not a compiled schema (.bfbs) of at most 262144 bytes");
    const made::Schema rootless({{.name = "A", .is_struct = false}});
    CHECK(refusal_of(rootless.compiled()) == "the schema has no root table, which metadata needs");
}

TEST_CASE("metadata: a schema that is damaged anywhere is refused, or its reader reads safely") {
    using Schema = match_info::MatchInfoBinarySchema;
    std::vector<std::uint8_t> schema(Schema::data(), Schema::data() + Schema::size());
    const Metadata metadata = full_metadata();
    for (std::uint8_t& byte : schema) {
        const std::uint8_t was = byte;
        for (const int bit : {0, 1, 3, 7}) {
            byte = static_cast<std::uint8_t>(was ^ (1U << bit));
            const auto reader = MetadataReader::load({schema});
            if (!reader) continue;
            static_cast<void>(reader->is_valid(metadata));
            check_found(*reader, metadata);
        }
        byte = was;
    }
}

TEST_CASE("metadata: a reader of another schema refuses it or reads it safely") {
    const auto reader = MetadataReader::load(compiled_schema<room_game::NoteBinarySchema>());
    REQUIRE(reader);
    for (const Metadata& metadata : {bare_metadata(), full_metadata()}) {
        static_cast<void>(reader->is_valid(metadata));
        static_cast<void>(reader->find(metadata, "text"));
    }
}
