#pragma once

#include "wire/control.hpp"

#include <engine_net/request.hpp>

namespace engine_net {

RequestError error_of(wire::RequestError error);

} // namespace engine_net
