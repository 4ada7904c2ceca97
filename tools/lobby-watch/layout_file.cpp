#include "layout_file.hpp"

#include <cstdlib>
#include <filesystem>

std::string layout_file() {
    const char* const given = std::getenv("XDG_CONFIG_HOME");
    const char* const home = std::getenv("HOME");
    if ((!given || *given != '/') && !home) return "";
    const std::filesystem::path all = given && *given == '/'
                                          ? std::filesystem::path(given)
                                          : std::filesystem::path(home) / ".config";
    std::error_code problem;
    std::filesystem::create_directories(all / "engine-net", problem);
    return problem ? "" : (all / "engine-net" / "lobby-watch.ini").string();
}
