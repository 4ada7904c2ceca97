#pragma once

namespace program {

/// From now on SIGINT and SIGTERM only set a flag; a second one of them ends the program at once.
void watch_interrupts();

/// Whether the program was asked to end.
bool interrupted();

} // namespace program
