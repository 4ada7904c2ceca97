#pragma once

#include "replication/scalar.hpp"
#include "replication/struct_check.hpp"
#include "replication/struct_leaves.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine_net {

/// How a struct of one schema becomes the struct of that name of another: scalar by scalar, by
/// their paths. What only the first has is dropped; what only the second has, and values that an
/// enum of its lacks, are as in `blank`.
class StructConversion {
public:
    /// Scalars of one path are of one type. `check` is the second struct's, and outlives this.
    StructConversion(const std::vector<StructLeaf>& from,
                     const std::vector<StructLeaf>& to,
                     const StructCheck& check,
                     std::vector<std::uint8_t> blank);

    /// `from` has all bytes of the first struct, `to` gets `bytes()` of them.
    void convert(const std::uint8_t* from, std::uint8_t* to) const;
    [[nodiscard]] std::size_t bytes() const { return blank_.size(); }

private:
    struct Copy {
        std::uint16_t from;
        std::uint16_t to;
        std::uint16_t bytes;
    };

    std::vector<Copy> copies_;
    const StructCheck* check_;
    std::vector<std::uint8_t> blank_;
};

/// A struct of zeros, but for the scalars that have a `default`.
std::vector<std::uint8_t> blank_struct(const std::vector<StructLeaf>& leaves, std::size_t bytes);

} // namespace engine_net
