#include "export.hpp"
#include "info.hpp"
#include "replay/recording_file.hpp"
#include "settings.hpp"
#include "verify.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

int fail(const std::string& why) {
    std::fprintf(stderr, "replay: %s\n", why.c_str());
    return 1;
}

std::optional<std::vector<std::uint8_t>> read_file(const std::string& path) {
    std::error_code unknown;
    if (std::filesystem::is_directory(path, unknown)) return std::nullopt;
    std::ifstream in(path, std::ios::binary);
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
    return in ? std::optional(std::move(bytes)) : std::nullopt;
}

int run(const Settings& settings, const engine_net::RecordingFile& file) {
    switch (settings.command) {
    case Command::info: return print_info(file);
    case Command::verify: return verify(file);
    case Command::export_entities: break;
    }
    std::FILE* const out = settings.out.empty() ? stdout : std::fopen(settings.out.c_str(), "wb");
    if (!out) return fail("can't write " + settings.out);
    const auto problem = export_entities(file, settings, out);
    const bool is_written = std::fflush(out) == 0 && std::ferror(out) == 0;
    if (out != stdout) std::fclose(out);
    if (problem) return fail(settings.file + ": " + *problem);
    return is_written ? 0 : fail("can't write " + settings.out);
}

} // namespace

int main(int argc, char** argv) {
    Settings settings;
    if (const auto code = read_settings(settings, argc, argv)) return *code;
    auto bytes = read_file(settings.file);
    if (!bytes) return fail("can't read " + settings.file);
    const auto file = engine_net::RecordingFile::open(std::move(*bytes));
    if (!file) return fail(settings.file + ": " + file.error().text);
    return run(settings, *file);
}
