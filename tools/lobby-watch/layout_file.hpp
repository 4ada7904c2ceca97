#pragma once

#include <string>

/// Where Dear ImGui keeps widths, order and sorting of columns: in `$XDG_CONFIG_HOME/engine-net`,
/// or the same in `~/.config`. Makes the folder; "" if it can't.
std::string layout_file();
