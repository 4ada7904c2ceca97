#include "cube_recording.hpp"

#include "core/bytes.hpp"
#include "packed_file.hpp"
#include "replication/replicated_schema.hpp"

#include "cubes_bfbs_generated.h"
#include "cubes_generated.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace bench {

using namespace engine_net;

namespace {

/// Of a recording: some three minutes.
constexpr std::size_t most_file_bytes = 320 << 20;
constexpr std::int32_t rotation_bias = 256;

using FileCube = std::array<std::int32_t, 8>;
constexpr std::size_t frame_bytes = cubes_in_frame * sizeof(FileCube);

/// Where each number of the file stands in a row, and what is taken off it.
struct FileColumn {
    std::size_t column = 0;
    std::int32_t bias = 0;
};
using Layout = std::array<FileColumn, 8>;

std::size_t first_column(const EntityType& type, std::string_view name) {
    return std::ranges::find(type.fields, name, &Field::name)->first_column;
}

Layout layout_of(const EntityType& type) {
    const std::size_t rotation = first_column(type, "rotation");
    const std::size_t position = first_column(type, "position");
    return {{{rotation, 0},
             {rotation + 1, rotation_bias},
             {rotation + 2, rotation_bias},
             {rotation + 3, rotation_bias},
             {position, 0},
             {position + 1, 0},
             {position + 2, 0},
             {first_column(type, "interacting"), 0}}};
}

/// False: not what a cube can be.
bool fill_row(const Layout& layout,
              const EntityType& type,
              const FileCube& cube,
              std::int32_t* row) {
    for (std::size_t i = 0; i < cube.size(); ++i) {
        const Column& column = type.columns[layout[i].column];
        const std::int64_t number = std::int64_t{cube[i]} - layout[i].bias;
        if (number < column.lo || number > column.hi) return false;
        row[layout[i].column] = static_cast<std::int32_t>(number);
    }
    return true;
}

bool fill_frame(const Layout& layout, const EntityType& type, ByteReader& reader, TypeFrame& rows) {
    rows.grow(cubes_in_frame);
    for (std::size_t i = 0; i < cubes_in_frame; ++i) {
        rows.incarnation[i] = 1;
        rows.id[i] = EntityId{static_cast<std::uint32_t>(i + 1)};
        if (!fill_row(layout, type, reader.read<FileCube>(), rows.row(i))) return false;
    }
    return true;
}

} // namespace

Result<std::vector<EntityType>, std::string> load_cube_types() {
    const auto schema = ReplicatedSchema::load(compiled_schema<cubes::SnapshotBinarySchema>());
    if (!schema) return Unexpected(schema.error().text);
    std::vector<EntityType> types(schema->types().begin(), schema->types().end());
    for (Column& column : types.front().columns) {
        if (column.coding != Coding::rotation_three) continue;
        column.lo = -rotation_bias;
        column.hi = rotation_bias;
    }
    return types;
}

Result<Recording, std::string> read_cubes(const std::filesystem::path& path,
                                          std::span<const EntityType> types) {
    const auto bytes = read_packed(path, most_file_bytes);
    if (!bytes) return Unexpected(bytes.error());
    if (bytes->empty() || bytes->size() % frame_bytes != 0) {
        return Unexpected(path.string() + ": is not a whole number of frames of " +
                          std::to_string(frame_bytes) + " bytes");
    }
    const Layout layout = layout_of(types.front());
    Recording recording(bytes->size() / frame_bytes, Frame(types));
    ByteReader reader(*bytes);
    for (std::size_t i = 0; i < recording.size(); ++i) {
        recording[i].clear(Tick{static_cast<std::uint32_t>(i)});
        if (!fill_frame(layout, types.front(), reader, recording[i].types.front())) {
            return Unexpected(path.string() + ": frame " + std::to_string(i) +
                              " has a number out of range");
        }
    }
    return recording;
}

} // namespace bench
