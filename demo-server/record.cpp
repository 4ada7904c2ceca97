#include "record.hpp"

#include <fstream>
#include <memory>
#include <utility>

engine_net::RecordingSink record_into(const std::string& path, engine_net::LogSink log) {
    const auto file = std::make_shared<std::ofstream>(path, std::ios::binary);
    if (!*file) return nullptr;
    return [file, path, log = std::move(log)](std::span<const std::uint8_t> bytes) {
        if (!*file) return;
        file->write(reinterpret_cast<const char*>(bytes.data()),
                    static_cast<std::streamsize>(bytes.size()));
        file->flush();
        if (!*file) log(engine_net::LogLevel::error, "can't write " + path);
    };
}
