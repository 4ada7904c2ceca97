#pragma once

#include "replication/codec/basis.hpp"
#include "replication/codec/code_book.hpp"
#include "replication/codec/entity_pass.hpp"
#include "replication/codec/probability.hpp"
#include "replication/codec/scoped_references.hpp"
#include "replication/frame.hpp"
#include "replication/slot_set.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

namespace engine_net {

/// One way through the entities of a run of slots that one viewer sees. Only blocks that have any,
/// now or in the youngest reference, are gone through:
///
///     does a new block come first?     and if so, after how many slots' worth of others
///     does any entity of it appear?    when the youngest reference has some of it
///     of each entity there:            is its row told? then see `EntityPass`
///     of each other slot:              does one appear? is its row told?
///
/// How likely these are is learned on the way.
template <class Coder, class Model>
class ScopePass {
public:
    static constexpr bool is_encoder = Coder::is_encoder;
    using FrameRef = std::conditional_t<is_encoder, const Frame&, Frame&>;
    /// Decoding: gets the slots whose rows were told.
    using ToldRef = std::conditional_t<is_encoder, const SlotSet&, SlotSet&>;

    ScopePass(Coder& coder, Model& model, const CodeBook& book, const ScopedReferences& references);

    /// Encoding: what the viewer sees. It must live as long.
    void see(const SlotSet& sight);
    /// Codes the slots from `from` up to `to`, or, encoding, until `room_bytes` are nearly full;
    /// gives the slot after the last one coded. `tells_all`: what is seen is told.
    Slot
    run(FrameRef frame, ToldRef told, Slot from, Slot to, bool tells_all, std::size_t room_bytes);
    /// Decoding: false for what no encoder writes.
    [[nodiscard]] bool is_sane() const { return is_sane_; }

private:
    using TypeFrameRef = std::conditional_t<is_encoder, const TypeFrame&, TypeFrame&>;

    /// A question of its own, whose answers are counted.
    bool ask(bool answer, Probability& probability);
    void enter_type(std::uint16_t type);
    [[nodiscard]] bool is_over(bool is_first, std::size_t room_bytes) const;
    std::size_t
    run_type(TypeFrameRef here, std::size_t begin, std::size_t end, std::size_t room_bytes);
    [[nodiscard]] std::uint8_t known_in(std::size_t block) const;
    [[nodiscard]] std::size_t next_known(std::size_t at, std::size_t end) const;
    [[nodiscard]] std::size_t next_fresh(std::size_t at, std::size_t end) const;
    std::size_t fresh_block(std::size_t here, std::size_t fresh);
    void fetch(const TypeFrame& here, std::size_t block) const;
    bool enter_block(
        TypeFrameRef here, std::size_t at, std::size_t block, std::size_t end, bool is_fresh);
    void block(TypeFrameRef here, std::size_t begin, std::size_t end, bool is_fresh);
    void member(TypeFrameRef here, std::size_t slot);
    void appear(TypeFrameRef here, std::size_t slot);
    void stay(TypeFrameRef here, std::size_t slot);
    void set_told(TypeFrameRef here, std::size_t slot);
    [[nodiscard]] std::uint32_t telling(std::size_t slot) const;
    const Basis* basis_of(std::size_t slot);

    /// References that some entities were told in.
    struct MaskedBasis {
        std::uint32_t mask = 0;
        std::uint16_t type = 0; ///< that it has entered
        Basis basis;
    };

    EntityPass<Coder, Model> entities_;
    const CodeBook& book_;
    const ScopedReferences& references_;
    const SlotSet* sight_ = nullptr;
    std::conditional_t<is_encoder, const SlotSet*, SlotSet*> told_ = nullptr;
    bool tells_all_ = false;
    bool is_sane_ = true;
    Slot first_;
    std::uint16_t type_number_ = 0;
    /// Of the type at hand: the slots that were told in each reference that did not tell all.
    std::array<std::span<const std::uint64_t>, max_scoped_references> told_words_;
    std::size_t slots_counted_ = 0; ///< of all types so far
    std::size_t reached_ = 0;       ///< of these, in the type at hand
    std::vector<MaskedBasis> bases_;
    Probability fresh_;
    Probability appears_;
    Probability told_chance_;
    Probability new_told_;
    Probability here_;
};

} // namespace engine_net
