#include "packed_file.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <lzma.h>
#include <span>
#include <system_error>

namespace bench {

namespace {

using engine_net::Result;
using engine_net::Unexpected;
using FileBytes = std::vector<std::uint8_t>;

constexpr std::array<std::uint8_t, 6> xz_magic{0xFD, '7', 'z', 'X', 'Z', 0};
/// `xz -9` needs 65 MB to unpack.
constexpr std::uint64_t most_decoder_memory = 128 << 20;
constexpr std::size_t step_bytes = 1 << 20;

const char* reason_of(lzma_ret code) {
    switch (code) {
    case LZMA_MEM_ERROR: return "there is not enough memory to unpack it";
    case LZMA_MEMLIMIT_ERROR: return "unpacking it takes more than 128 MB of memory";
    case LZMA_OPTIONS_ERROR: return "it is packed in a way that this liblzma does not know";
    case LZMA_BUF_ERROR: return "it ends too early";
    default: return "its packed data is damaged";
    }
}

/// Ends the decoder whatever happens.
class Decoder {
public:
    Decoder() { started_ = lzma_stream_decoder(&stream_, most_decoder_memory, LZMA_CONCATENATED); }
    ~Decoder() { lzma_end(&stream_); }
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// Appends to `out` until there is no more, or `out` has more than `most_bytes`.
    lzma_ret unpack(std::span<const std::uint8_t> packed, std::size_t most_bytes, FileBytes& out) {
        stream_.next_in = packed.data();
        stream_.avail_in = packed.size();
        lzma_ret code = started_;
        while (code == LZMA_OK && out.size() <= most_bytes) {
            const std::size_t before = out.size();
            out.resize(before + step_bytes);
            stream_.next_out = out.data() + before;
            stream_.avail_out = step_bytes;
            code = lzma_code(&stream_, LZMA_FINISH);
            out.resize(out.size() - stream_.avail_out);
        }
        return code;
    }

private:
    lzma_stream stream_ = LZMA_STREAM_INIT;
    lzma_ret started_ = LZMA_OK;
};

std::filesystem::path find_above(std::filesystem::path folder, const std::filesystem::path& file) {
    std::error_code ignored;
    for (;; folder = folder.parent_path()) {
        if (std::filesystem::exists(folder / file, ignored)) return folder / file;
        if (folder == folder.parent_path()) return {};
    }
}

} // namespace

Result<FileBytes, std::string> read_packed(const std::filesystem::path& path,
                                           std::size_t most_bytes) {
    const auto failed = [&](const std::string& reason) {
        return Unexpected(path.string() + ": " + reason);
    };
    const std::string too_long = "has more than " + std::to_string(most_bytes) + " bytes";

    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error) return failed(error.message());
    if (size > most_bytes) return failed(too_long);
    FileBytes bytes(static_cast<std::size_t>(size));
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!file) return failed("can't be read");

    const bool is_packed = bytes.size() >= xz_magic.size() &&
                           std::equal(xz_magic.begin(), xz_magic.end(), bytes.begin());
    if (!is_packed) return bytes;
    FileBytes unpacked;
    const lzma_ret code = Decoder().unpack(bytes, most_bytes, unpacked);
    if (unpacked.size() > most_bytes) return failed("unpacked, it " + too_long);
    if (code != LZMA_STREAM_END) return failed(reason_of(code));
    return unpacked;
}

std::filesystem::path find_data(const std::string& name) {
    const std::filesystem::path file = std::filesystem::path("tools/bench/data") / name;
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    auto found = find_above(program.parent_path(), file);
    if (found.empty()) found = find_above(std::filesystem::current_path(ignored), file);
    return found.empty() ? file : found;
}

} // namespace bench
