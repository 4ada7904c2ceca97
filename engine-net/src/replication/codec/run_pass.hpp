#pragma once

#include "replication/codec/basis.hpp"
#include "replication/codec/code_book.hpp"
#include "replication/codec/entity_pass.hpp"
#include "replication/codec/references.hpp"
#include "replication/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace engine_net {

/// One way through all entities of a run of slots, as everyone sees them. Slots are taken in
/// blocks. Of a block whose entities have all rested in the references it is asked whether they
/// rest on; else see `EntityPass`.
template <class Coder, class Model>
class RunPass {
public:
    static constexpr bool is_encoder = Coder::is_encoder;
    using FrameRef = std::conditional_t<is_encoder, const Frame&, Frame&>;

    RunPass(Coder& coder, Model& model, const CodeBook& book, const References& references)
        : entities_(coder, model), book_(book), references_(references), whole_(references) {}

    /// Codes the slots from `from` up to `to`, or, encoding, until `room_bytes` are nearly full;
    /// gives the slot after the last one coded. `knows_counts`: the baseline knows all slots from
    /// `from` on.
    Slot run(FrameRef frame, Slot from, Slot to, bool knows_counts, std::size_t room_bytes);
    /// Decoding: something was told against a version that is not here.
    [[nodiscard]] bool lacks_reference() const { return lacks_reference_; }

private:
    using TypeFrameRef = std::conditional_t<is_encoder, const TypeFrame&, TypeFrame&>;

    [[nodiscard]] bool is_over(bool is_first, std::size_t room_bytes) const;
    std::size_t count_of(FrameRef frame, std::uint16_t type, std::size_t from, bool knows_counts);
    void enter_type(std::uint16_t type);
    void choose_basis(std::size_t begin, std::size_t end);
    [[nodiscard]] std::uint32_t serving(std::size_t begin, std::size_t end) const;
    void block(TypeFrameRef here, std::size_t begin, std::size_t end);
    void resting_block(TypeFrameRef here, std::size_t begin, std::size_t end);

    EntityPass<Coder, Model> entities_;
    const CodeBook& book_;
    const References& references_;
    Basis whole_;                  ///< all references
    std::optional<Basis> partial_; ///< those that serve for the block at hand, if not all do
    std::uint32_t serving_ = 0;    ///< bit i: reference i served for the last block
    bool lacks_reference_ = false;
    std::uint16_t type_number_ = 0; ///< of the type at hand
    std::size_t slots_counted_ = 0; ///< of all types so far
};

} // namespace engine_net
