#pragma once

#include "room/metadata_reader.hpp"

#include <engine_net/event.hpp>

#include "match_info_bfbs_generated.h"
#include "match_info_generated.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace engine_net::testing {

using Metadata = std::vector<std::uint8_t>;

inline MetadataReader match_reader() {
    return std::move(*MetadataReader::load(compiled_schema<match_info::MatchInfoBinarySchema>()));
}

/// With a title and nothing else but what `set` does to the builder.
template <class Set>
Metadata metadata_with(flatbuffers::FlatBufferBuilder& builder, Set&& set) {
    const auto title = builder.CreateString("Friday night");
    match_info::MatchInfoBuilder match(builder);
    match.add_title(title);
    set(match);
    builder.Finish(match.Finish());
    const EventBytes bytes = bytes_of(builder);
    return {bytes.begin(), bytes.end()};
}

inline Metadata bare_metadata() {
    flatbuffers::FlatBufferBuilder builder;
    return metadata_with(builder, [](const match_info::MatchInfoBuilder&) {});
}

/// For sorting and filtering: two fields that may be absent, one that has a default.
inline Metadata ranked_metadata(int rating, const std::string& region, const std::string& map) {
    flatbuffers::FlatBufferBuilder builder;
    const auto place = region.empty() ? 0 : builder.CreateString(region);
    const auto rules = map.empty() ? 0 : match_info::CreateRulesDirect(builder, map.c_str(), 5);
    return metadata_with(builder, [&](match_info::MatchInfoBuilder& match) {
        match.add_rating(rating);
        if (!region.empty()) match.add_region(place);
        if (!map.empty()) match.add_rules(rules);
    });
}

/// Every field is set, and set to what is not its default.
inline Metadata full_metadata() {
    flatbuffers::FlatBufferBuilder builder;
    const auto stricter = match_info::CreateRulesDirect(builder, "crater", 9);
    const auto rules = match_info::CreateRulesDirect(builder, "moon", 7, stricter);
    const auto region = builder.CreateString("eu-west");
    const auto bot = match_info::CreateBot(builder, 4);
    const auto tags = builder.CreateVectorOfStrings({"fast", "fun"});
    const auto scores = builder.CreateVector(std::vector<double>{1, 2.5});
    const match_info::Area area(match_info::Place(2.5F, -3), 64);
    const auto areas = builder.CreateVectorOfStructs(&area, 1);
    const auto earlier = builder.CreateVector(std::vector{stricter, rules});
    return metadata_with(builder, [&](match_info::MatchInfoBuilder& match) {
        match.add_region(region);
        match.add_mode(match_info::Mode::race);
        match.add_rating(-50);
        match.add_deepest(-100);
        match.add_hashed(1ULL << 63);
        match.add_pace(0.25F);
        match.add_is_ranked(false);
        match.add_season(0);
        match.add_rules(rules);
        match.add_area(&area);
        match.add_host_type(match_info::Host::Bot);
        match.add_host(bot.Union());
        match.add_tags(tags);
        match.add_scores(scores);
        match.add_areas(areas);
        match.add_earlier(earlier);
    });
}

} // namespace engine_net::testing
