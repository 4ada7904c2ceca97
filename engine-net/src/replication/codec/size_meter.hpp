#pragma once

#include "replication/field_table.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace engine_net {

/// What part of decoded datagrams goes into which field, in bits, fractions of them included. A
/// decoder says where it stands after each part, and whose that was.
class SizeMeter {
public:
    /// Of one entity type.
    struct TypeBits {
        std::vector<double> fields; ///< by field
        double rest = 0;            ///< what is there, what has changed at all

        [[nodiscard]] double sum() const {
            return std::accumulate(fields.begin(), fields.end(), rest);
        }
    };

    explicit SizeMeter(std::span<const EntityType> types) {
        for (const EntityType& type : types)
            types_.push_back({std::vector<double>(type.fields.size())});
    }

    /// Forgets what it has counted.
    void clear() {
        for (TypeBits& type : types_) {
            std::ranges::fill(type.fields, 0);
            type.rest = 0;
        }
    }
    /// A section begins.
    void begin() {
        type_ = nullptr;
        at_bits_ = 0;
    }
    void enter_type(std::size_t number, double at_bits) {
        end_rest(at_bits);
        type_ = &types_.at(number);
    }
    void end_field(std::size_t field, double at_bits) { type_->fields[field] += passed(at_bits); }
    void end_rest(double at_bits) {
        const double bits = passed(at_bits);
        if (type_) type_->rest += bits;
    }

    [[nodiscard]] const std::vector<TypeBits>& types() const { return types_; }

private:
    double passed(double at_bits) {
        const double bits = at_bits - at_bits_;
        at_bits_ = at_bits;
        return bits;
    }

    std::vector<TypeBits> types_;
    TypeBits* type_ = nullptr; ///< the one at hand
    double at_bits_ = 0;
};

} // namespace engine_net
