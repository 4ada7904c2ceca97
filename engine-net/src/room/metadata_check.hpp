#pragma once

#include "core/bytes.hpp"
#include "room/flat_view.hpp"
#include "room/metadata_types.hpp"

#include <engine_net/room_query.hpp>

#include <cstddef>

namespace engine_net {

/// How deep tables may stand in tables.
inline constexpr std::size_t max_metadata_depth = 8;
/// What looking through one metadata may cost, in fields looked for, elements and bytes of texts.
/// Tables, vectors and texts may be shared, by which a crafted kilobyte would take as long as a
/// great many; an honest one stays far below.
inline constexpr std::size_t max_metadata_work = 32 * max_metadata_bytes;

/// Looks through bytes off the wire. What it finds whole, code generated from the schema reads
/// safely: it is at least as strict as flatc's verifiers, which also leave alone how vectors of
/// eight-byte numbers are aligned, unions of unknown types and texts that are no UTF-8.
class MetadataCheck {
public:
    MetadataCheck(const MetadataTypes& types, Bytes bytes, std::size_t max_work = max_metadata_work)
        : types_(types), view_(bytes), max_work_(max_work) {}

    /// Once, for types that are not empty.
    [[nodiscard]] bool is_whole();

private:
    bool spend(std::size_t work);
    bool check_table(std::size_t at, const MetadataObject& table);
    bool check_vtable(std::size_t table);
    bool check_field(std::size_t table, const MetadataField& field);
    [[nodiscard]] bool check_number(std::size_t at, Scalar scalar) const;
    [[nodiscard]] bool check_struct(std::size_t at, const MetadataObject& object) const;
    bool check_union(std::size_t table, std::size_t at, const MetadataField& field);
    bool check_vector(std::size_t at, const MetadataType& element);
    bool check_text(std::size_t at);
    /// What an offset leads to from `at`.
    bool check_target(std::size_t at, const MetadataType& type);

    const MetadataTypes& types_;
    FlatView view_;
    std::size_t max_work_;
    std::size_t depth_ = 0;
    std::size_t work_ = 0;
};

} // namespace engine_net
