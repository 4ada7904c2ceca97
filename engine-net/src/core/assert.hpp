#pragma once

#include <cassert>

/// A mistake of the caller, never of a peer. Off in release, where the function does what its
/// comment says.
#define ENGINE_NET_ASSERT(condition) assert(condition)
