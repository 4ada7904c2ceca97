#pragma once

#include "replay/recorded_match.hpp"
#include "replication/codec/priors.hpp"
#include "replication/replicated_schema.hpp"

/// Prints what each class of lags costs in `match`, with and without the priors. False when no
/// stretch of it is long enough.
bool print_comparison(const engine_net::ReplicatedSchema& schema,
                      const engine_net::Priors& priors,
                      const engine_net::RecordedMatch& match);
