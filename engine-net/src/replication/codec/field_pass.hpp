#pragma once

#include "replication/codec/code_book.hpp"
#include "replication/codec/forecast.hpp"
#include "replication/codec/prediction.hpp"
#include "replication/codec/questions.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace engine_net {

/// Of a prediction's fraction, for a context: 0 to 3.
inline std::uint32_t fine(std::int32_t fraction) {
    return std::min<std::uint32_t>(3, static_cast<std::uint32_t>(std::abs(fraction)) >> 5);
}

/// The part of an `EntityPass` that tells how the fields of an entity differ from its forecast: by
/// field, as predicted? and else by number, the residual's size, sign and bits.
template <class Coder, class Model>
class FieldPass {
public:
    static constexpr bool is_encoder = Coder::is_encoder;
    using RowPointer = std::conditional_t<is_encoder, const std::int32_t*, std::int32_t*>;

    explicit FieldPass(Questions<Coder, Model>& questions) : questions_(questions) {}

    void enter_type(const CodedType& type);
    /// Makes an entity the one at hand. `now` is its row, told or to be told; `forecast` has been
    /// predicted and must live while it is at hand.
    void use(RowPointer now, Forecast& forecast);
    /// Encoding: each field is as predicted.
    [[nodiscard]] bool is_as_predicted() const;
    /// Decoding: makes it so.
    void take_prediction();
    /// Tells the fields, of which one at least is not as predicted.
    void tell();
    /// Tells all fields of an entity that nothing is known of, at `now`.
    void tell_raw(RowPointer now);

    /// Bit length of the largest residual of the first field, of the last entity that was told.
    [[nodiscard]] std::uint32_t last_size() const { return previous_[0].size; }

private:
    struct Residuals {
        std::uint8_t size = 0; ///< bit length of the largest
        std::array<std::int8_t, Prediction::most> sign{};
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

    void tell_field(std::size_t index, bool must_differ);
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
    void raw_numbers(const CodedField& field);
    [[nodiscard]] std::int32_t
    difference_of(const CodedField& field, std::size_t i, std::int32_t expected) const;
    void take_difference(const CodedField& field,
                         std::size_t i,
                         std::int32_t expected,
                         std::int32_t difference);
    [[nodiscard]] static Context size_context(const Prediction& p,
                                              std::size_t i,
                                              std::int32_t fraction,
                                              const Residuals& theirs,
                                              const Circumstances& c);
    [[nodiscard]] static Context sign_context(const Prediction& p,
                                              std::size_t i,
                                              std::int32_t fraction,
                                              const Residuals& theirs,
                                              const Circumstances& c);
    [[nodiscard]] bool velocity_changed(const CodedField& field) const;
    [[nodiscard]] bool is_field_predicted(const CodedField& field, const Prediction& p) const {
        return !differ(p.value.data(), now_ + field.first_column, field.columns);
    }
    void take_field(const CodedField& field, const Prediction& p) {
        if constexpr (!is_encoder)
            std::copy_n(p.value.begin(), field.columns, now_ + field.first_column);
    }

    Questions<Coder, Model>& questions_;
    const CodedType* type_ = nullptr;
    RowPointer now_ = nullptr;
    Forecast* forecast_ = nullptr;
    std::vector<Residuals> previous_; ///< by field: of the last entity whose fields were told
    std::uint32_t told_total_ = 0;
    bool told_any_ = false;
};

} // namespace engine_net
