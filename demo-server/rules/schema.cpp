#include "rules/schema.hpp"

#include "arena_bfbs_generated.h"

namespace arena {

engine_net::CompiledSchema schema() {
    return engine_net::compiled_schema<EventBinarySchema>();
}

} // namespace arena
