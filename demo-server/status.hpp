#pragma once

#include "program/log.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/server.hpp>

#include <optional>
#include <string>

/// Says how the server does: a line that is written anew twice a second where a person looks at the
/// output, a line of the log every ten seconds elsewhere.
class Status {
public:
    explicit Status(program::Log& log);

    /// Call it often; it does nothing until a line is due.
    void show(const engine_net::Server& server, engine_net::Time now);
    /// Ends the line on a terminal.
    void end();

private:
    std::string line(const engine_net::Server& server, double seconds);

    program::Log& log_;
    bool is_terminal_;
    std::optional<engine_net::Time> last_;
    engine_net::LinkStats before_;
};
