#pragma once

#include "bot_orders.hpp"
#include "program/log.hpp"
#include "settings.hpp"

#include <engine_net/server.hpp>

#include <memory>

/// The server of the settings with its rooms open. Null after saying why it can't start. What
/// admins want of bots goes to `orders`.
std::unique_ptr<engine_net::Server>
start_server(const Settings& settings, const program::Log& log, BotOrders& orders);
