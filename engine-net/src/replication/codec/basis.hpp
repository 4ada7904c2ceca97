#pragma once

#include "replication/codec/code_book.hpp"
#include "replication/codec/prediction.hpp"
#include "replication/codec/references.hpp"
#include "replication/frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace engine_net {

/// An entity rests that is the same in as many of the youngest references.
inline constexpr std::size_t rest_references = 4;

/// Whether two rows differ in their first columns. Rows are short, and a call would take longer.
inline bool differ(const std::int32_t* a, const std::int32_t* b, std::size_t columns) {
    const auto two_of = [](const std::int32_t* row) {
        std::uint64_t two = 0;
        std::memcpy(&two, row, sizeof two);
        return two;
    };
    std::uint64_t difference = 0;
    for (; columns >= 4; columns -= 4, a += 4, b += 4)
        difference |= (two_of(a) ^ two_of(b)) | (two_of(a + 2) ^ two_of(b + 2));
    for (; columns > 0; --columns) difference |= static_cast<std::uint32_t>(*a++ ^ *b++);
    return difference != 0;
}

/// What entities are coded against: references, and what these know of the slots of one type. The
/// youngest of them is the baseline.
class Basis {
public:
    /// Until `enter_type` no slot may be asked about.
    explicit Basis(const References& references) : references_(references), lines_(references) {}

    void enter_type(const CodedType& type, std::uint16_t number);

    [[nodiscard]] const References& references() const { return references_; }
    [[nodiscard]] const Lines& lines() const { return lines_; }
    /// Of a type that has rotations.
    [[nodiscard]] const Turns& turns() const { return turns_; }

    /// The baseline has an entity there. What is asked about a slot below is asked of such ones.
    [[nodiscard]] bool has(std::size_t slot) const {
        return references_.count > 0 && frames_[0]->has(slot);
    }
    /// It has slots from `begin` on, with entities or not.
    [[nodiscard]] bool has_slots(std::size_t begin) const {
        return references_.count > 0 && begin < frames_[0]->slots();
    }
    [[nodiscard]] const TypeFrame& baseline() const { return *frames_[0]; }
    /// The baseline's row, and those of the same entity in the references after it.
    [[nodiscard]] KnownRows known(std::size_t slot) const;
    /// 0 to 2: the youngest reference that differs from the baseline; 3: none of the first four.
    [[nodiscard]] std::uint32_t rest_of(std::size_t slot) const;
    /// The first of the type's flags in the baseline's row; 0 without one.
    [[nodiscard]] std::uint32_t flag_of(std::size_t slot) const {
        if (type_->flag_column < 0) return 0;
        return static_cast<std::uint32_t>(baseline().row(slot)[type_->flag_column]) & 1;
    }
    /// ... of some slots.
    [[nodiscard]] std::uint32_t flag_of(std::size_t begin, std::size_t end) const;

    /// Whether the baseline has all of these slots, and they rest in the first four references.
    [[nodiscard]] bool has_rested(std::size_t begin, std::size_t end) const;
    /// Whether `other` has the baseline's entities in these slots, unchanged.
    [[nodiscard]] bool is_same(const TypeFrame& other, std::size_t begin, std::size_t end) const;
    /// The same of one slot.
    [[nodiscard]] bool is_same(const TypeFrame& other, std::size_t slot) const {
        return slot < other.slots() && other.incarnation[slot] == baseline().incarnation[slot] &&
               !differ(baseline().row(slot), other.row(slot), type_->shared_columns);
    }

private:
    References references_;
    Lines lines_;
    Turns turns_;
    bool has_turns_ = false; ///< made once a type needs them: they take longer than the lines
    std::array<const TypeFrame*, max_references> frames_{}; ///< of the type at hand
    const CodedType* type_ = nullptr;
};

} // namespace engine_net
