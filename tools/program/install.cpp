#include "program/install.hpp"

#include <string_view>
#include <system_error>

namespace program {
namespace {

constexpr std::string_view installed_prefix = "engine-net-";

std::filesystem::path own_path() {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored);
}

bool is_installed(const std::filesystem::path& program) {
    return program.filename().string().starts_with(installed_prefix);
}

} // namespace

std::filesystem::path sibling(const std::string& name) {
    const std::filesystem::path own = own_path();
    const std::string called =
        is_installed(own) ? std::string(installed_prefix).append(name) : name;
    return own.parent_path() / called;
}

std::filesystem::path shared_folder(const std::string& name, const std::filesystem::path& in_tree) {
    const std::filesystem::path own = own_path();
    if (!is_installed(own)) return in_tree;
    return own.parent_path().parent_path() / "share" / "engine-net" / name;
}

} // namespace program
