#include "process/picture.hpp"

#include "process/demo_programs.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace {

/// Unpacks 8 bits and 4 or 3 values a pixel, which is what SDL_image writes, into 3.
constexpr const char* unpack = R"(
import struct, sys, zlib
data = open(sys.argv[1], 'rb').read()
width, height, depth, kind = struct.unpack('>IIBB', data[16:26])
at, packed = 8, b''
while at < len(data):
    size, name = struct.unpack('>I4s', data[at:at + 8])
    packed += data[at + 8:at + 8 + size] if name == b'IDAT' else b''
    at += size + 12
raw, step = zlib.decompress(packed), {2: 3, 6: 4}[kind]
above, values = bytes(width * step), bytearray()
for row in range(height):
    start = row * (width * step + 1)
    way, line = raw[start], bytearray(raw[start + 1:start + 1 + width * step])
    for i in range(len(line)):
        a = line[i - step] if i >= step else 0
        b, c = above[i], above[i - step] if i >= step else 0
        p = a + b - c
        near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        line[i] = (line[i] + [0, a, b, (a + b) // 2, near][way]) & 255
    for i in range(0, len(line), step):
        values += line[i:i + 3]
    above = line
open(sys.argv[2], 'wb').write(values)
print('size', width, height)
)";

} // namespace

Picture Picture::read(const std::string& file) {
    const TemporaryFile raw(".raw");
    Program python("python3", {"-c", unpack, file, raw.path()});
    const auto size = python.line_with("size ");
    CHECK_MESSAGE(size, python.errors());
    Picture picture;
    if (!size) return picture;
    const std::size_t space = size->rfind(' ');
    picture.width_ = std::stoi(size->substr(5, space - 5));
    picture.height_ = std::stoi(size->substr(space + 1));
    std::ifstream stream(raw.path(), std::ios::binary);
    picture.values_.assign(std::istreambuf_iterator<char>(stream), {});
    return picture;
}

Picture::Pixel Picture::at(int x, int y) const {
    if (x < 0 || y < 0 || x >= width_ || y >= height_) return {};
    const auto first = static_cast<std::size_t>((y * width_ + x) * 3);
    return {values_[first], values_[first + 1], values_[first + 2]};
}

std::size_t Picture::colours() const {
    std::set<Pixel> all;
    for (int y = 0; y < height_; ++y) {
        for (int x = 0; x < width_; ++x) all.insert(at(x, y));
    }
    return all.size();
}

double Picture::light(const Area& area) const {
    double sum = 0;
    for (int y = area.top; y < area.bottom; ++y) {
        for (int x = area.left; x < area.right; ++x) sum += at(x, y).light();
    }
    const int pixels = (area.right - area.left) * (area.bottom - area.top);
    return sum / std::max(pixels, 1);
}
