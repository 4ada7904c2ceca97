#include "rules/schema.hpp"

#include "arena_bfbs_generated.h"
#include "arena_prior_generated.h"

namespace arena {

engine_net::CompiledSchema schema() {
    return engine_net::compiled_schema<EventBinarySchema>(arena_prior);
}

} // namespace arena
