// What a server sends to a replica: datagrams, each with two bytes of length before it.

#include "replication/replica.hpp"

#include "rocks_bfbs_generated.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

using namespace engine_net;

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto schema = ReplicatedSchema::load(compiled_schema<rocks::RootBinarySchema>());
    if (!schema) std::abort();
    static Replica replica(*schema);
    replica.clear();

    ByteReader reader({data, size});
    while (reader.ok() && !reader.rest().empty()) {
        const auto length =
            std::min<std::size_t>(reader.read<std::uint16_t>(), reader.rest().size());
        const Bytes datagram = reader.read_bytes(length);
        // Memory of its own, so that a read past the end is seen.
        replica.receive(std::vector<std::uint8_t>(datagram.begin(), datagram.end()));
        if (const auto tick = replica.newest_complete_tick())
            static_cast<void>(replica.state_hash(*tick));
    }
    std::size_t seen = 0;
    for (const EntityType& type : schema->types()) {
        replica.each(type.name.c_str(), [&seen](EntityId id, const void*) {
            seen += id.is_set();
        });
    }
    if (seen != replica.entities()) std::abort();
    return 0;
}
