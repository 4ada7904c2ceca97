#include <engine_net/schema.hpp>

#include "game_bfbs_generated.h"

#include <cstdint>
#include <span>

namespace schema_page {

using namespace engine_net;

CompiledSchema plain() {
    return compiled_schema<tanks::EventBinarySchema>();
}

CompiledSchema trained(std::span<const std::uint8_t> game_prior) {
    return compiled_schema<tanks::EventBinarySchema>(game_prior);
}

} // namespace schema_page
