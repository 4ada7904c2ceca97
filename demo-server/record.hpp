#pragma once

#include <engine_net/log.hpp>
#include <engine_net/recording.hpp>

#include <string>

/// Writes a recording to a file, made anew. Nothing when it can't be opened; if it can't be written
/// later, an error is logged once.
engine_net::RecordingSink record_into(const std::string& path, engine_net::LogSink log);
