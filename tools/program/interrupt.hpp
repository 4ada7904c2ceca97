#pragma once

namespace program {

/// From now on SIGINT and SIGTERM are only counted.
void watch_interrupts();

/// How many of these came: how often the program was asked to end.
int interruptions();
/// The first was SIGTERM, as those send it who run services, and give them some time to end.
bool was_terminated();

inline bool interrupted() {
    return interruptions() > 0;
}

} // namespace program
