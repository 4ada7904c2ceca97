#pragma once

#include "core/bytes.hpp"

#include <flatbuffers/flatbuffers.h>

namespace engine_net::wire {

/// How deep a message may be, and of how many tables.
struct TableBounds {
    flatbuffers::uoffset_t depth = 0;
    flatbuffers::uoffset_t tables = 0;
};

/// The table that the bytes are, without an identifier; null for what is none.
template <class Table>
const Table* verified_table(Bytes bytes, const TableBounds& bounds) {
    if (bytes.size() < sizeof(flatbuffers::uoffset_t)) return nullptr;
    flatbuffers::Verifier verifier(bytes.data(), bytes.size(), bounds.depth, bounds.tables);
    return verifier.VerifyBuffer<Table>(nullptr) ? flatbuffers::GetRoot<Table>(bytes.data())
                                                 : nullptr;
}

} // namespace engine_net::wire
