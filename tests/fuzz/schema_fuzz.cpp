// What a server sends to a client of another version: the length of a compiled schema and of its
// prior (two bytes each), both, then snapshot datagrams, each with two bytes of length before it.

#include "client/room_view.hpp"
#include "replication/foreign_schema.hpp"

#include "fleet_old_bfbs_generated.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

using namespace engine_net;

namespace {

/// Memory of its own, so that a read past the end is seen.
std::vector<std::uint8_t> take(ByteReader& reader, std::size_t length) {
    const Bytes bytes = reader.read_bytes(std::min(length, reader.rest().size()));
    return {bytes.begin(), bytes.end()};
}

void require(bool condition) {
    if (!condition) std::abort();
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const CompiledSchema compiled = compiled_schema<fleet::HailBinarySchema>();
    static const auto own = ReplicatedSchema::load(compiled);
    require(own.has_value());

    ByteReader reader({data, size});
    const auto schema_bytes = reader.read<std::uint16_t>();
    const auto prior_bytes = reader.read<std::uint16_t>();
    const auto schema = take(reader, schema_bytes);
    const auto prior = take(reader, prior_bytes);
    auto foreign = ForeignSchema::load({compiled, *own}, {schema, prior});
    if (!foreign) {
        require(!foreign.error().text.empty());
        return 0;
    }
    RoomView view(std::move(*foreign), 60);
    while (reader.ok() && !reader.rest().empty())
        view.replica().receive(take(reader, reader.read<std::uint16_t>()));
    // A struct that is shown is one of the client's own, whatever the server's was.
    for (const EntityType& type : own->types()) {
        for (const Shown shown : {Shown::newest, Shown::interpolated}) {
            view.each(type.name.c_str(), shown, [&](EntityId id, const void* state) {
                const auto* bytes = static_cast<const std::uint8_t*>(state);
                require(own->is_sane(type.name, {bytes, type.struct_bytes}));
                std::vector<std::uint8_t> found(type.struct_bytes);
                view.find(type.name.c_str(), id, shown, found.data());
            });
        }
    }
    const std::vector<std::uint8_t> order{1, 2};
    view.to_server("fleet.Order", order);
    return 0;
}
