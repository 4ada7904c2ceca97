#pragma once

#include "replication/field_table.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace engine_net {

/// Finds a type's number by the address of its name, as `State::GetFullyQualifiedName` gives it:
/// one comparison but for the first time. Names must live as long as the program.
class TypeCache {
public:
    explicit TypeCache(std::span<const EntityType> types) : types_(types) {}

    std::optional<std::size_t> find(const char* name);

private:
    struct Entry {
        const char* name = nullptr;
        std::size_t type = 0;
    };
    std::optional<std::size_t> find_by_text(const char* name) const;

    std::span<const EntityType> types_;
    std::array<Entry, 64> entries_{}; ///< by address; a newcomer replaces who was there
};

} // namespace engine_net
