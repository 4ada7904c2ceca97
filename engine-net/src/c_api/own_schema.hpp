#pragma once

#include <engine_net/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine_net::c_api {

/// A compiled schema, and its prior, that a caller gave, copied. Moving it leaves the bytes where
/// they are.
class OwnSchema {
public:
    OwnSchema(const std::uint8_t* schema,
              std::size_t schema_size,
              const std::uint8_t* prior,
              std::size_t prior_size) {
        if (schema) schema_.assign(schema, schema + schema_size);
        if (prior) prior_.assign(prior, prior + prior_size);
    }

    [[nodiscard]] CompiledSchema compiled() const { return {schema_, prior_}; }

private:
    std::vector<std::uint8_t> schema_;
    std::vector<std::uint8_t> prior_;
};

} // namespace engine_net::c_api
