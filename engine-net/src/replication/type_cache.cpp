#include "replication/type_cache.hpp"

namespace engine_net {

std::optional<std::size_t> TypeCache::find(const char* name) {
    // Names are a few bytes apart: the lowest bits alone say little, and the highest nothing.
    const auto address = reinterpret_cast<std::uintptr_t>(name);
    Entry& entry = entries_[(address ^ (address >> 6)) % entries_.size()];
    if (entry.name == name) return entry.type;

    const auto type = find_by_text(name);
    if (type) entry = {name, *type};
    return type;
}

std::optional<std::size_t> TypeCache::find_by_text(const char* name) const {
    for (std::size_t i = 0; i < types_.size(); ++i) {
        if (types_[i].name == name) return i;
    }
    return std::nullopt;
}

} // namespace engine_net
