#pragma once

#include "wire/control.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Messages that our encoders do not make, built by FlatBuffers' own functions.
namespace engine_net::testing {

using Builder = flatbuffers::FlatBufferBuilder;
using TextOffset = flatbuffers::Offset<flatbuffers::String>;
using BlobOffset = flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>>;

inline Bytes finished(Builder& builder) {
    return {builder.GetBufferPointer(), builder.GetSize()};
}

template <class Table>
bool is_accepted(Builder& builder, flatbuffers::Offset<Table> message) {
    const auto type = wire::MessageTraits<Table>::enum_value;
    builder.Finish(wire::CreateEnvelope(builder, 0, type, message.Union()),
                   wire::EnvelopeIdentifier());
    return wire::decode_control(finished(builder)) != nullptr;
}
// Those that travel without an envelope.
inline bool is_accepted(Builder& builder, flatbuffers::Offset<wire::RoomNews> news) {
    builder.Finish(news);
    return wire::decode_room_news(finished(builder)) != nullptr;
}
inline bool is_accepted(Builder& builder, flatbuffers::Offset<wire::RoomPeople> people) {
    builder.Finish(people);
    return wire::decode_room_people(finished(builder)) != nullptr;
}
inline bool is_accepted(Builder& builder, flatbuffers::Offset<wire::ChannelNews> news) {
    builder.Finish(news);
    return wire::decode_channel_news(finished(builder)) != nullptr;
}
inline bool is_accepted(Builder& builder, flatbuffers::Offset<wire::UserNews> news) {
    builder.Finish(news);
    return wire::decode_user_news(finished(builder)) != nullptr;
}

/// A text may have `max_bytes` of UTF-8 and no more. `make(builder, text)` makes the message.
template <class Make>
void check_text(std::size_t max_bytes, Make&& make) {
    const auto accepts = [&](const std::string& text) {
        Builder builder;
        const TextOffset offset = builder.CreateString(text);
        return is_accepted(builder, make(builder, offset));
    };
    CHECK(accepts(""));
    CHECK(accepts(std::string(max_bytes, 'x')));
    CHECK_FALSE(accepts(std::string(max_bytes + 1, 'x')));
    CHECK_FALSE(accepts(std::string(50'000, 'x')));
    CHECK_FALSE(accepts("\xC0\xAF"));
}

/// Bytes may be `max_bytes` and no more. `make(builder, bytes)` makes the message.
template <class Make>
void check_blob(std::size_t max_bytes, Make&& make) {
    const auto accepts = [&](std::size_t size) {
        Builder builder;
        const BlobOffset offset = builder.CreateVector(std::vector<std::uint8_t>(size, 0xFF));
        return is_accepted(builder, make(builder, offset));
    };
    CHECK(accepts(0));
    CHECK(accepts(max_bytes));
    CHECK_FALSE(accepts(max_bytes + 1));
    CHECK_FALSE(accepts(60'000));
}

/// A list may have `max_count` elements and no more, even when all are one and the same in memory.
/// `element(builder)` makes one, `make(builder, elements)` the message.
template <class Element, class Make>
void check_list(std::size_t max_count, Element&& element, Make&& make) {
    const auto accepts = [&](std::size_t count, bool is_shared) {
        Builder builder;
        std::vector elements(count, element(builder));
        for (std::size_t i = 1; i < count && !is_shared; ++i) elements[i] = element(builder);
        const auto offset = builder.CreateVector(elements);
        return is_accepted(builder, make(builder, offset));
    };
    for (const bool is_shared : {false, true}) {
        CAPTURE(is_shared);
        CHECK(accepts(0, is_shared));
        CHECK(accepts(max_count, is_shared));
        CHECK_FALSE(accepts(max_count + 1, is_shared));
    }
    CHECK_FALSE(accepts(10'000, true));
}

/// Each value of the enum is taken, and no other. `make(builder, value)` makes the message.
template <class Enum, class Make>
void check_enum(Make&& make) {
    for (int value = 0; value <= 255; ++value) {
        CAPTURE(value);
        Builder builder;
        const bool is_known = value <= static_cast<int>(Enum::MAX);
        CHECK(is_accepted(builder, make(builder, static_cast<Enum>(value))) == is_known);
    }
}

} // namespace engine_net::testing
