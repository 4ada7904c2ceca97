#pragma once

#include "replication/codec/basis.hpp"
#include "replication/codec/code_book.hpp"
#include "replication/codec/field_pass.hpp"
#include "replication/codec/questions.hpp"
#include "replication/codec/references.hpp"
#include "replication/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace engine_net {

/// Slots that are asked about together when all rest.
inline constexpr std::size_t block_slots = 8;

/// One way through the entities of a datagram. Encoding and decoding are the same code, compiled
/// for two coders, so that the two can't drift apart: where an encoder asks a question with its
/// answer, a decoder gets the answer. Slots are taken in blocks. Of a block whose entities have all
/// rested in the references it is asked whether they rest on; else of each entity
///
///     is it there?            when the baseline does not have it
///     has it rested on?       when it has rested in the references
///     is it as predicted?     every field, by where its past leads
///     is it as before?
///     is it another one?      in the same slot
///     and else its fields:    see `FieldPass`
template <class Coder, class Model>
class EntityPass {
public:
    static constexpr bool is_encoder = Coder::is_encoder;
    using FrameRef = std::conditional_t<is_encoder, const Frame&, Frame&>;

    EntityPass(Coder& coder, Model& model, const CodeBook& book, const References& references)
        : questions_{coder, model}
        , fields_(questions_)
        , book_(book)
        , references_(references)
        , whole_(references)
        , basis_(&whole_) {}

    /// Codes the slots from `from` up to `to`, or, encoding, until `room_bytes` are nearly full;
    /// gives the slot after the last one coded. `knows_counts`: the baseline knows all slots from
    /// `from` on.
    Slot shared(FrameRef frame, Slot from, Slot to, bool knows_counts, std::size_t room_bytes);
    /// Decoding: something was told against a version that is not here.
    [[nodiscard]] bool lacks_reference() const { return lacks_reference_; }

private:
    using TypeFrameRef = std::conditional_t<is_encoder, const TypeFrame&, TypeFrame&>;

    bool ask(bool answer, std::uint32_t place) { return questions_.ask(answer, place); }
    [[nodiscard]] bool is_over(bool is_first, std::size_t room_bytes) const;
    std::size_t count_of(FrameRef frame, std::uint16_t type, std::size_t from, bool knows_counts);
    void enter_type(std::uint16_t type);
    void choose_basis(std::size_t begin, std::size_t end);
    [[nodiscard]] std::uint32_t serving(std::size_t begin, std::size_t end) const;

    void block(TypeFrameRef here, std::size_t begin, std::size_t end);
    void resting_block(TypeFrameRef here, std::size_t begin, std::size_t end);
    void entity(TypeFrameRef here, std::size_t slot);
    void tell_entity(TypeFrameRef here, std::size_t slot, std::uint32_t rest, std::uint32_t flag);
    void arrival(TypeFrameRef here, std::size_t slot, std::uint32_t question);
    std::uint32_t number(std::uint32_t value);
    void keep(TypeFrameRef here, std::size_t begin, std::size_t end);
    /// Encoding: the slot has the baseline's entity, and that is as it was.
    [[nodiscard]] bool is_same_one(TypeFrameRef here, std::size_t slot) const {
        return is_encoder && here.incarnation[slot] == basis_->baseline().incarnation[slot];
    }
    [[nodiscard]] bool is_unchanged(TypeFrameRef here, std::size_t slot) const {
        return is_encoder && basis_->is_same(here, slot);
    }

    Questions<Coder, Model> questions_;
    FieldPass<Coder, Model> fields_;
    const CodeBook& book_;
    const References& references_;
    Basis whole_;                  ///< all references
    std::optional<Basis> partial_; ///< those that serve for the block at hand, if not all do
    const Basis* basis_;           ///< one of the two
    std::uint32_t serving_ = 0;    ///< bit i: reference i served for the last block
    bool lacks_reference_ = false;

    std::uint16_t type_number_ = 0; ///< of the type at hand
    const CodedType* type_ = nullptr;
    std::uint32_t last_id_ = 0;
    std::size_t slots_counted_ = 0; ///< of all types so far
};

} // namespace engine_net
