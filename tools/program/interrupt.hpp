#pragma once

namespace program {

/// From now on SIGINT and SIGTERM only set a flag. However many come: a polite end takes a second,
/// and both a terminal and a script may send one for the same wish.
void watch_interrupts();

/// Whether the program was asked to end.
bool interrupted();

} // namespace program
