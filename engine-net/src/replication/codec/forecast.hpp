#pragma once

#include "replication/codec/basis.hpp"
#include "replication/codec/code_book.hpp"
#include "replication/codec/prediction.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine_net {

/// What the predictions of an entity's fields come to.
struct Outlook {
    int straight = 4;
    std::int32_t fraction = 0;
    std::int64_t distance = 0;
    std::uint32_t doubt = 0;
    bool leads_elsewhere = false; ///< not all of it is as in the baseline
};

/// Where the past of one entity leads, field by field. It is made of references alone, and knows
/// nothing of what is coded.
class Forecast {
public:
    void enter_type(const CodedType& type);

    /// Makes an entity the one at hand, which the baseline has in this slot, and predicts all its
    /// fields. `basis` must live while it is at hand.
    void predict(const Basis& basis, std::size_t slot);
    /// A field once more, whose velocity is told by now: that of this row.
    void predict_again(std::size_t field, const std::int32_t* now) { predict_field(field, now); }

    [[nodiscard]] const Outlook& outlook() const { return outlook_; }
    [[nodiscard]] const Prediction& of(std::size_t field) const { return predictions_[field]; }
    [[nodiscard]] const std::int32_t* baseline() const { return known_.rows[0]; }

private:
    void predict_field(std::size_t index, const std::int32_t* velocity_now);
    void count_in(const CodedField& field, const Prediction& prediction);

    const CodedType* type_ = nullptr;
    const Basis* basis_ = nullptr;
    KnownRows known_;
    Outlook outlook_;
    std::vector<Prediction> predictions_; ///< by field
};

} // namespace engine_net
