#pragma once

#include "settings.hpp"

#include <engine_net/bridge.hpp>

#include <filesystem>
#include <optional>

/// The web bridge of the settings, which have a web port. Nothing, after saying why, when it can't
/// be.
std::optional<engine_net::BridgeConfig> bridge_of(const Settings& settings);
/// Where the secret of the Pusher app is kept.
std::filesystem::path pusher_secret_path(const Settings& settings);
std::filesystem::path webhook_secret_path(const Settings& settings);
