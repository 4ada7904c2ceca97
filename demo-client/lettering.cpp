#include "lettering.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

using arena::Vector;

namespace {

/// Strokes, each a list of points: a digit for x, 0 to 4, and one for y, 0 at the top to 6 on the
/// line.
struct Glyph {
    char letter;
    std::string_view strokes;
};

constexpr std::array glyphs{
    Glyph{'A', "0602204246 0444"},
    Glyph{'B', "00063645443303 3342413000"},
    Glyph{'C', "4130100105163645"},
    Glyph{'D', "00062644422000"},
    Glyph{'E', "40000646 0333"},
    Glyph{'F', "400006 0333"},
    Glyph{'G', "41301001051636454323"},
    Glyph{'H', "0006 4046 0343"},
    Glyph{'I', "1030 2026 1636"},
    Glyph{'J', "4045361605"},
    Glyph{'K', "0006 4003 0346"},
    Glyph{'L', "000646"},
    Glyph{'M', "0600234046"},
    Glyph{'N', "06004640"},
    Glyph{'O', "100105163645413010"},
    Glyph{'P', "06003041423303"},
    Glyph{'Q', "100105163645413010 2446"},
    Glyph{'R', "06003041423303 2346"},
    Glyph{'S', "413010010213334445361605"},
    Glyph{'T', "0040 2026"},
    Glyph{'U', "000516364540"},
    Glyph{'V', "002640"},
    Glyph{'W', "0016233640"},
    Glyph{'X', "0046 4006"},
    Glyph{'Y', "002340 2326"},
    Glyph{'Z', "00400646"},
    Glyph{'0', "100105163645413010 1531"},
    Glyph{'1', "112026 1636"},
    Glyph{'2', "01103041420646"},
    Glyph{'3', "004023334445361605"},
    Glyph{'4', "36300444"},
    Glyph{'5', "400002324345361605"},
    Glyph{'6', "30100105163645443303"},
    Glyph{'7', "004016"},
    Glyph{'8', "100102133344453616050413 3342413010"},
    Glyph{'9', "43130201103041453616"},
    Glyph{'.', "2526"},
    Glyph{',', "2517"},
    Glyph{':', "2122 2526"},
    Glyph{'-', "1333"},
    Glyph{'+', "1333 2224"},
    Glyph{'/', "0640"},
    Glyph{'!', "2024 2526"},
    Glyph{'?', "01103041422324 2526"},
    Glyph{'(', "30111536"},
    Glyph{')', "10313516"},
    Glyph{'\'', "2021"},
    Glyph{'_', "0646"},
    Glyph{'>', "012305"},
    Glyph{'<', "412345"},
    Glyph{'=', "1232 1434"},
    Glyph{'%', "0640 0011 3546"},
    Glyph{'#', "1016 3036 0242 0444"},
};
constexpr std::string_view unknown_glyph = "0040460600";
constexpr float grid_height = 6;
constexpr float advance = 6; // grid units from one letter to the next
constexpr float letter_width = 4;

/// What Latin letters with marks look like without, from U+00C0 to U+017F.
constexpr std::string_view plain_letters =
    "AAAAAAACEEEEIIIIDNOOOOOXOUUUUYPSAAAAAAACEEEEIIIIDNOOOOO/OUUUUYPY"
    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLL"
    "LLLNNNNNNNNNOOOOOOOORRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";

/// Where a character of UTF-8 begins: its letter, as far as there are strokes for it.
char letter_at(std::string_view text) {
    const auto byte = [text](std::size_t i) {
        return static_cast<unsigned>(static_cast<unsigned char>(text[i]));
    };
    const bool has_two_bytes = text.size() > 1 && (byte(0) & 0xE0) == 0xC0;
    if (!has_two_bytes) return text.front();
    const unsigned character = (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    const unsigned first = 0xC0;
    const bool is_known = character >= first && character - first < plain_letters.size();
    return is_known ? plain_letters[character - first] : text.front();
}

std::string_view strokes_of(char letter) {
    if (letter == ' ') return "";
    const int capital = std::toupper(static_cast<unsigned char>(letter));
    const auto* found = std::ranges::find(glyphs, static_cast<char>(capital), &Glyph::letter);
    return found == glyphs.end() ? unknown_glyph : found->strokes;
}

/// One for a character of UTF-8, however many bytes it has.
bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

} // namespace

float Lettering::width_of(std::string_view text) const {
    const auto letters = std::ranges::count_if(text, begins_character);
    const float units = static_cast<float>(letters) * advance - (advance - letter_width);
    return std::max(0.0F, units) * height / grid_height;
}

void Lettering::draw(Canvas& canvas, Vector place, std::string_view text) const {
    const float unit = height / grid_height;
    const float width = std::max(1.15F, height * 0.085F);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!begins_character(text[at])) continue;
        Vector last;
        bool has_last = false;
        const std::string_view strokes = strokes_of(letter_at(text.substr(at)));
        for (std::size_t i = 0; i + 1 < strokes.size();) {
            if (strokes[i] == ' ') {
                has_last = false;
                ++i;
                continue;
            }
            const Vector grid{static_cast<float>(strokes[i] - '0'),
                              static_cast<float>(strokes[i + 1] - '0')};
            const Vector point = place + grid * unit;
            if (glows) canvas.disc(point, width * 0.55F, colour, colour.faded(0.4F));
            if (has_last && glows) canvas.halo(last, point, height * 0.24F, colour.faded(0.2F));
            if (has_last) canvas.line(last, point, width, colour);
            last = point;
            has_last = true;
            i += 2;
        }
        place.x += advance * unit;
    }
}

void Lettering::draw_centred(Canvas& canvas, Vector top_middle, std::string_view text) const {
    draw(canvas, top_middle - Vector{width_of(text) / 2, 0}, text);
}

void Lettering::draw_right(Canvas& canvas, Vector top_right, std::string_view text) const {
    draw(canvas, top_right - Vector{width_of(text), 0}, text);
}
