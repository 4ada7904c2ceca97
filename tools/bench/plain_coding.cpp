#include "plain_coding.hpp"

#include "cubes_generated.h"

#include <flatbuffers/flatbuffers.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace bench {

using namespace engine_net;

std::size_t flatbuffers_bytes(const EntityType& type, const Frame& frame) {
    const TypeFrame& rows = frame.types.front();
    std::vector<cubes::Cube> all(rows.slots());
    for (std::size_t i = 0; i < all.size(); ++i)
        dequantise(type, rows.row(i), reinterpret_cast<std::uint8_t*>(&all[i]));
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(cubes::CreateSnapshotDirect(builder, &all));
    return builder.GetSize();
}

std::size_t bitpacked_bytes(const EntityType& type, const Frame& frame, const Frame& baseline) {
    const TypeFrame& now = frame.types.front();
    const TypeFrame& before = baseline.types.front();
    std::size_t changed = 0;
    for (std::size_t i = 0; i < now.slots(); ++i) {
        const std::int32_t* row = now.row(i);
        if (!std::equal(row, row + type.columns.size(), before.row(i))) ++changed;
    }
    const auto index_bits = static_cast<std::size_t>(std::bit_width(now.slots()));
    const std::size_t list_bits = (changed + 1) * index_bits; // and their number
    const std::size_t bits = 1 + std::min(now.slots(), list_bits) + changed * type.shared_bits;
    return (bits + 7) / 8;
}

} // namespace bench
