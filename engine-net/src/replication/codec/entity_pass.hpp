#pragma once

#include "replication/codec/basis.hpp"
#include "replication/codec/code_book.hpp"
#include "replication/codec/field_pass.hpp"
#include "replication/codec/forecast.hpp"
#include "replication/codec/questions.hpp"
#include "replication/codec/verdict.hpp"
#include "replication/frame.hpp"
#include "replication/slot_set.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace engine_net {

/// Entities, one after the other. Encoding and decoding are the same code, compiled for two coders,
/// so that the two can't drift apart: where an encoder asks a question with its answer, a decoder
/// gets the answer. Of each entity
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
    using TypeFrameRef = std::conditional_t<is_encoder, const TypeFrame&, TypeFrame&>;

    EntityPass(Coder& coder, Model& model) : questions_{coder, model}, fields_(questions_) {}

    /// Encoding: an entity outside of `sight`, which must live as long, is as good as gone.
    void see(const SlotSet& sight) { sight_ = &sight; }
    /// What follows is of this type.
    void enter_type(const CodedType& type, std::uint16_t number);
    /// What follows is coded against that. It has entered the type, and lives until the next call.
    /// Encoding: `verdicts`, by slot, are taken and given.
    void use(const Basis& basis, std::span<Verdict> verdicts = {}) {
        basis_ = &basis;
        verdicts_ = verdicts;
    }
    [[nodiscard]] const Basis& basis() const { return *basis_; }

    /// Decoding: takes over the baseline's entities of some slots. What is told of them below is
    /// how they differ.
    void keep(TypeFrameRef here, std::size_t begin, std::size_t end);
    /// All of an entity, if there is one.
    void entity(TypeFrameRef here, std::size_t slot);
    /// Of a slot whose entity has rested: has it rested on?
    bool rests_on(TypeFrameRef here, std::size_t slot);
    /// All of it, where it has rested and does no more.
    void no_rest(TypeFrameRef here, std::size_t slot);
    /// The same of some slots, whose entities have all rested.
    bool all_rest_on(TypeFrameRef here, std::size_t begin, std::size_t end);
    /// An entity that the baseline does not have, without a question whether it is there.
    void arrive(TypeFrameRef here, std::size_t slot);

    /// A small number: its bit length, then its bits below the highest.
    std::uint32_t number(std::uint32_t value);
    bool ask(bool answer, std::uint32_t place) { return questions_.ask(answer, place); }
    Coder& coder() { return questions_.coder; }
    [[nodiscard]] const Coder& coder() const { return questions_.coder; }
    [[nodiscard]] const CodedType& type() const { return *type_; }

    /// Encoding: there is an entity for who is told.
    [[nodiscard]] bool is_here(const TypeFrame& here, std::size_t slot) const {
        return is_encoder && here.has(slot) &&
               (sight_ == nullptr || sight_->has({number_, static_cast<std::uint16_t>(slot)}));
    }

private:
    [[nodiscard]] bool is_told_by_verdict(const TypeFrame& here, std::size_t slot);
    void note(std::size_t slot, Verdict verdict, Verdict::Kind kind);
    void tell_entity(TypeFrameRef here, std::size_t slot, std::uint32_t rest, std::uint32_t flag);
    void arrival(TypeFrameRef here, std::size_t slot, std::uint32_t question);
    /// Encoding: the slot has the baseline's entity, and that is as it was.
    [[nodiscard]] bool is_same_one(const TypeFrame& here, std::size_t slot) const {
        return is_here(here, slot) &&
               here.incarnation[slot] == basis_->baseline().incarnation[slot];
    }
    [[nodiscard]] bool is_unchanged(const TypeFrame& here, std::size_t slot) const {
        return is_here(here, slot) && basis_->is_same(here, slot);
    }

    Questions<Coder, Model> questions_;
    FieldPass<Coder, Model> fields_;
    Forecast forecast_;
    const SlotSet* sight_ = nullptr; ///< null: all are seen
    const Basis* basis_ = nullptr;
    std::span<Verdict> verdicts_;
    std::uint16_t number_ = 0; ///< of the type at hand
    const CodedType* type_ = nullptr;
    std::uint32_t last_id_ = 0;
};

} // namespace engine_net
