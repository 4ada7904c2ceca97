#pragma once

#include "replication/codec/basis.hpp"
#include "replication/codec/code_book.hpp"
#include "replication/codec/references.hpp"
#include "replication/codec/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace engine_net {

/// A basis that has entered its type, and what one tick's entities are by it.
struct SharedBasis {
    std::uint16_t type = 0;
    Basis basis{References()};
    std::vector<Verdict> verdicts; ///< by the baseline's slots
};

/// What is asked of a tick's entities by viewers who have the same references is the same for all:
/// it is worked out for the first of them.
class SharedBases {
public:
    /// What was found out of one tick is nothing for another.
    void clear();
    /// That of these references; null when there are too many. It lives until `clear`.
    SharedBasis* find(const References& references, const CodedType& type, std::uint16_t number);

private:
    static constexpr std::size_t most = 256;

    std::vector<std::uint64_t> hashes_; ///< of the first of `bases_`, which are in use
    std::vector<std::unique_ptr<SharedBasis>> bases_;
};

} // namespace engine_net
