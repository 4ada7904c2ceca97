#include "wire/node_record.hpp"

#include "wire/control.hpp"
#include "wire/text.hpp"
#include "wire/verified_table.hpp"

#include <engine_net/limits.hpp>

#include "nodes_generated.h"

#include <utility>

namespace engine_net::wire {

namespace {

constexpr TableBounds bounds{.depth = 2, .tables = 1};
constexpr std::size_t max_address_bytes = 256; // of a name of DNS, with a port
constexpr std::size_t key_digits = 64;

bool is_address(std::string_view text) {
    return is_display_text(text, max_address_bytes);
}

} // namespace

std::vector<std::uint8_t> encode_node_record(const NodeRecord& record) {
    flatbuffers::FlatBufferBuilder builder;
    const auto name = builder.CreateString(record.name);
    const auto address = builder.CreateString(record.address);
    const auto web_address = builder.CreateString(record.web_address);
    const auto server_key = builder.CreateString(record.server_key);
    builder.Finish(tables::CreateNodeRecord(builder,
                                            name,
                                            address,
                                            web_address,
                                            server_key,
                                            record.is_draining,
                                            record.players,
                                            record.rooms));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

std::optional<NodeRecord> decode_node_record(Bytes bytes) {
    const auto* const table = verified_table<tables::NodeRecord>(bytes, bounds);
    if (!table) return std::nullopt;
    NodeRecord record{table->name()->str(),
                      table->address()->str(),
                      std::string(view_of(table->web_address())),
                      table->server_key()->str(),
                      table->is_draining(),
                      table->players(),
                      table->rooms()};
    const bool is_sound = is_display_name(record.name) && is_address(record.address) &&
                          (record.web_address.empty() || is_address(record.web_address)) &&
                          record.server_key.size() == key_digits;
    return is_sound ? std::optional(std::move(record)) : std::nullopt;
}

std::vector<std::uint8_t> encode_room_record(std::uint32_t moves, Bytes news) {
    flatbuffers::FlatBufferBuilder builder(news.size() + 64);
    const auto bytes = builder.CreateVector(news.data(), news.size());
    builder.Finish(tables::CreateRoomRecord(builder, moves, bytes));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

std::optional<RoomRecord> decode_room_record(Bytes bytes) {
    const auto* const table = verified_table<tables::RoomRecord>(bytes, bounds);
    if (!table) return std::nullopt;
    // Aligned as a FlatBuffer must be.
    const std::vector<std::uint8_t> copy(table->news()->begin(), table->news()->end());
    const RoomNews* const news = decode_room_news(copy);
    if (!news || news->rooms()->size() != 1) return std::nullopt;
    RoomRecord record{summary_of(*news->rooms()->Get(0)), table->moves()};
    return record.line.id.is_set() ? std::optional(std::move(record)) : std::nullopt;
}

std::vector<std::uint8_t> encode_moved_room(const MovedRoom& moved) {
    flatbuffers::FlatBufferBuilder builder;
    const auto codes = builder.CreateVectorOfStrings(moved.codes);
    builder.Finish(tables::CreateMovedRoom(builder, moved.room.value, codes));
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

std::optional<MovedRoom> decode_moved_room(Bytes bytes) {
    const auto* const table = verified_table<tables::MovedRoom>(bytes, bounds);
    if (!table || table->room() == 0) return std::nullopt;
    MovedRoom moved{RoomId{table->room()}, {}};
    moved.codes.reserve(table->codes()->size());
    for (const flatbuffers::String* code : *table->codes()) {
        if (code->size() > max_invite_bytes) return std::nullopt;
        moved.codes.push_back(code->str());
    }
    return moved;
}

} // namespace engine_net::wire
