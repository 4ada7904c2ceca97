#pragma once

#include "replication/codec/code_book.hpp"
#include "replication/codec/code_model.hpp"
#include "replication/codec/prediction.hpp"
#include "replication/codec/references.hpp"
#include "replication/frame.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <vector>

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
///     and else, by field: as predicted? by number: the residual's size, sign and bits
template <class Coder, class Model>
class EntityPass {
public:
    static constexpr bool is_encoder = Coder::is_encoder;
    using FrameRef = std::conditional_t<is_encoder, const Frame&, Frame&>;
    using RowPointer = std::conditional_t<is_encoder, const std::int32_t*, std::int32_t*>;

    EntityPass(Coder& coder, Model& model, const CodeBook& book, const References& references)
        : coder_(coder)
        , model_(model)
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
    struct Residuals {
        std::uint8_t size = 0; ///< bit length of the largest
        std::array<std::int8_t, Prediction::most> sign{};
    };

    bool ask(bool answer, std::uint32_t place) { return model_.ask(coder_, answer, place); }
    /// `next` is the question's number in its row.
    bool ask(bool answer, const Mixed& mixed, const Context& context, std::uint32_t next = 0) {
        const Context places{mixed.at[0] + context[0] + next,
                             mixed.at[1] + context[1] + next,
                             mixed.at[2] + context[2] + next};
        return model_.ask(coder_, answer, places, mixed.weight + next);
    }

    [[nodiscard]] bool is_over(bool is_first, std::size_t room_bytes) const;
    std::size_t count_of(FrameRef frame, std::uint16_t type, std::size_t from, bool knows_counts);
    void block(FrameRef frame, std::uint16_t type, std::size_t begin, std::size_t end);
    void resting_block(FrameRef frame, std::uint16_t type, std::size_t begin, std::size_t end);
    void entity(FrameRef frame, std::uint16_t type, std::size_t slot);
    bool arrival(FrameRef frame, std::uint16_t type, std::size_t slot, std::uint32_t question);
    /// What the predictions of an entity's fields come to.
    struct Outlook {
        int straight = 4;
        std::int32_t fraction = 0;
        std::int64_t distance = 0;
        std::uint32_t doubt = 0;
        bool leads_elsewhere = false; ///< not all of it is as in the baseline
    };
    /// What is known about the number at hand, for the contexts of its residual.
    struct Circumstances {
        std::uint32_t size = 0; ///< bit length of what the entity's fields differed by so far
        std::uint32_t jerk = 0;
        std::uint32_t before = 0;   ///< bit length of the field's largest residual so far
        std::uint32_t position = 0; ///< 0 the first, 1 all before were zero, 2 not
        int along = 0;              ///< whether the last one went with the movement, or against it
        bool has_turned = false;
    };
    void enter_type(std::uint16_t type);
    void enter_block(std::uint16_t type, std::size_t begin, std::size_t end);
    [[nodiscard]] std::uint32_t
    serving(std::uint16_t type, std::size_t begin, std::size_t end) const;
    Outlook predict_entity(const CodedType& type);
    [[nodiscard]] bool is_all_predicted(const CodedType& type) const;
    void take_all_predicted(const CodedType& type);
    void keep_identity(FrameRef frame, std::uint16_t type, std::size_t slot);
    void keep(FrameRef frame, std::uint16_t type, std::size_t begin, std::size_t end);
    void tell_entity(FrameRef frame,
                     std::uint16_t type,
                     std::size_t slot,
                     std::uint32_t since,
                     std::uint32_t flag);
    void tell_field(const CodedType& type, std::size_t index, bool must_differ);
    [[nodiscard]] std::int32_t
    difference_of(const CodedField& field, std::size_t i, std::int32_t expected) const;
    void take_difference(const CodedField& field,
                         std::size_t i,
                         std::int32_t expected,
                         std::int32_t difference);
    [[nodiscard]] Context size_context(const Prediction& p,
                                       std::size_t i,
                                       std::int32_t fraction,
                                       const Residuals& theirs,
                                       const Circumstances& c) const;
    [[nodiscard]] Context sign_context(const Prediction& p,
                                       std::size_t i,
                                       std::int32_t fraction,
                                       const Residuals& theirs,
                                       const Circumstances& c) const;
    /// 0 to 2: the youngest reference that differs from the baseline; 3: none of the first four.
    [[nodiscard]] std::uint32_t rest_of(const CodedType& type, std::size_t slot) const;
    /// Whether the baseline has all of them, and none differs from it in the first four references.
    [[nodiscard]] bool has_rested(const CodedType& type, std::size_t begin, std::size_t end) const;
    /// Whether rows of the type at hand, each after the other, differ in shared columns.
    [[nodiscard]] bool rows_differ(const CodedType& type,
                                   const std::int32_t* a,
                                   const std::int32_t* b,
                                   std::size_t rows) const;
    [[nodiscard]] std::uint32_t
    flag_of(const CodedType& type, std::size_t begin, std::size_t end) const;
    [[nodiscard]] bool
    knows(std::size_t reference, std::size_t slot, std::uint16_t incarnation) const {
        const OneReference& r = basis_->rows[reference];
        return slot < r.slots && r.incarnations[slot] == incarnation;
    }
    void find_known(std::size_t slot, std::uint16_t incarnation);
    void predict(const CodedType& type, std::size_t field);
    void tell_fields(const CodedType& type, std::size_t begin, std::size_t end);
    void tell_numbers(const CodedField& field,
                      const Prediction& p,
                      std::size_t index,
                      bool must_differ,
                      const Residuals& theirs);
    bool tell_largest(const CodedField& field,
                      const Prediction& p,
                      std::uint32_t size,
                      std::uint32_t theirs,
                      std::array<std::int32_t, 4>& expected,
                      std::array<std::int32_t, 4>& fraction);
    std::int32_t residual(std::int32_t value,
                          const CodedComponent& component,
                          const Context& about,
                          const Context& sign,
                          bool is_not_zero);
    std::uint32_t number(std::uint32_t value);
    void raw_numbers(const CodedField& field);
    [[nodiscard]] bool velocity_changed(const CodedType& type, const CodedField& field) const;
    [[nodiscard]] bool is_as_predicted(const CodedField& field, const Prediction& p) const {
        return std::equal(
            p.value.begin(), p.value.begin() + field.columns, now_ + field.first_column);
    }
    void take_prediction(const CodedField& field, const Prediction& p) {
        if constexpr (!is_encoder)
            std::copy_n(p.value.begin(), field.columns, now_ + field.first_column);
    }
    [[nodiscard]] bool is_same(FrameRef frame, std::uint16_t type, std::size_t slot) const {
        return is_encoder &&
               frame.types[type].incarnation[slot] == basis_->rows[0].incarnations[slot];
    }
    [[nodiscard]] bool is_unchanged(FrameRef frame, std::uint16_t type, std::size_t slot) const;

    /// A reference's rows of the type at hand.
    struct OneReference {
        const std::uint16_t* incarnations = nullptr;
        const std::int32_t* rows = nullptr;
        std::size_t slots = 0;
        [[nodiscard]] const std::int32_t* row(std::size_t slot, std::size_t stride) const {
            return rows + slot * stride;
        }
    };

    /// What entities are coded against.
    struct Basis {
        explicit Basis(const References& some) : references(some), lines(some) {}

        void enter_type(std::uint16_t type);

        References references;
        Lines lines;
        std::array<OneReference, max_references> rows{}; ///< of the type at hand
    };

    Coder& coder_;
    Model& model_;
    const CodeBook& book_;
    const References& references_;
    Basis whole_;                  ///< all references
    std::optional<Basis> partial_; ///< those that serve for the block at hand, if not all do
    const Basis* basis_;           ///< one of the two
    std::uint32_t serving_ = 0;    ///< bit i: reference i served for the last block
    bool lacks_reference_ = false;

    std::size_t stride_ = 0;
    KnownRows known_;                            ///< of the entity at hand
    RowPointer now_ = nullptr;                   ///< its row
    const std::int32_t* velocity_now_ = nullptr; ///< where its velocities are read for a prediction
    std::vector<Prediction> predictions_;        ///< by field
    std::vector<Residuals> previous_; ///< by field: of the last entity whose fields were told
    std::uint32_t told_total_ = 0;
    bool told_any_ = false;
    std::uint32_t last_id_ = 0;
    std::size_t slots_counted_ = 0; ///< of all types so far
};

} // namespace engine_net
