#include "export.hpp"
#include "info.hpp"
#include "replay/recording_file.hpp"
#include "settings.hpp"
#include "verify.hpp"

#include <cstdio>
#include <string>

namespace {

int fail(const std::string& why) {
    std::fprintf(stderr, "replay: %s\n", why.c_str());
    return 1;
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
    const auto file = engine_net::RecordingFile::open_file(settings.file);
    if (!file) return fail(settings.file + ": " + file.error().text);
    return run(settings, *file);
}
