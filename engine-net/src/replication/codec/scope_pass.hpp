#pragma once

#include "replication/codec/basis.hpp"
#include "replication/codec/code_book.hpp"
#include "replication/codec/entity_pass.hpp"
#include "replication/codec/probability.hpp"
#include "replication/codec/scoped_references.hpp"
#include "replication/codec/shared_bases.hpp"
#include "replication/frame.hpp"
#include "replication/slot_set.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
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

    /// Encoding: what the viewer sees, and the bases of the tick. They must live as long.
    void see(const SlotSet& sight, SharedBases& bases);
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
    void enter_type(FrameRef frame, std::uint16_t type);
    [[nodiscard]] bool is_over(bool is_first, std::size_t room_bytes) const;
    std::size_t
    run_type(TypeFrameRef here, std::size_t begin, std::size_t end, std::size_t room_bytes);
    /// Slots of a block that the viewer saw an entity in; bit i is slot 8 * `block` + i.
    [[nodiscard]] std::uint8_t known_in(std::size_t block) const {
        return block_of(known_words_, block);
    }
    [[nodiscard]] std::uint8_t seen_in(const TypeFrame& here, std::size_t block) const;
    [[nodiscard]] std::size_t next_known(std::size_t at, std::size_t end) const;
    [[nodiscard]] std::size_t next_fresh(std::size_t at, std::size_t end) const;
    std::size_t fresh_block(std::size_t here, std::size_t fresh);
    void find_known_words();
    void find_fetched_rows(TypeFrameRef here);
    void fetch(std::size_t block) const;
    bool enter_block(
        TypeFrameRef here, std::size_t at, std::size_t block, std::size_t end, bool is_fresh);
    void block(TypeFrameRef here, std::size_t begin, std::size_t end, bool is_fresh);
    void member(TypeFrameRef here, std::size_t slot);
    void appear(TypeFrameRef here, std::size_t slot);
    void stay(TypeFrameRef here, std::size_t slot);
    void set_told(TypeFrameRef here, std::size_t slot);
    [[nodiscard]] std::uint32_t telling(std::size_t slot) const;
    bool use_basis_of(std::size_t slot);

    /// References that some entities were told in.
    struct MaskedBasis {
        std::uint32_t mask = 0;
        SharedBasis* shared = nullptr;
        std::optional<Basis> own; ///< else
    };
    [[nodiscard]] MaskedBasis masked_basis(std::uint32_t mask) const;

    EntityPass<Coder, Model> entities_;
    const CodeBook& book_;
    const ScopedReferences& references_;
    const SlotSet* sight_ = nullptr;
    SharedBases* shared_bases_ = nullptr;
    std::conditional_t<is_encoder, const SlotSet*, SlotSet*> told_ = nullptr;
    bool tells_all_ = false;
    bool is_sane_ = true;
    Slot first_;
    std::uint16_t type_number_ = 0;
    /// Of the type at hand: what is seen, what was seen of the youngest reference, and what was
    /// told in each, where that was not all.
    SlotWords sight_words_;
    SlotWords known_words_;
    std::array<SlotWords, max_scoped_references> told_words_;
    std::vector<std::uint64_t> all_known_; ///< `known_words_`, where all of it was seen
    References fetched_;                   ///< that most entities are coded against
    /// Of the type at hand, what is read of such entities.
    std::array<std::span<const std::int32_t>, max_references + 1> fetched_rows_;
    std::span<const Verdict> fetched_verdicts_;
    std::size_t stride_ = 0;         ///< of the rows
    std::size_t slots_counted_ = 0;  ///< of all types so far
    std::size_t reached_ = 0;        ///< of these, in the type at hand
    std::vector<MaskedBasis> bases_; ///< of the type at hand
    Probability fresh_;
    Probability appears_;
    Probability told_chance_;
    Probability new_told_;
    Probability here_;
};

} // namespace engine_net
