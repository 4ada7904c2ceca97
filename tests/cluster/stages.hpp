#pragma once

#include "cluster/local_stage.hpp"
#include "cluster/redis_stage.hpp"
#include "cluster/stage.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

// The stages on which every backplane is tested.

using Records = std::map<std::string, std::string>;
using Lines = std::vector<std::string>;

TYPE_TO_STRING(LocalStage);
TYPE_TO_STRING(RedisStage);
