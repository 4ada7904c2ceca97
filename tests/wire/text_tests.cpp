#include "core/random.hpp"
#include "wire/text.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace engine_net;
using wire::is_display_name;
using wire::is_display_text;
using wire::is_utf8;
using wire::to_utf8;

namespace {

/// Ill-formed, and why.
struct IllFormed {
    std::string why;
    std::string text;
};

const std::vector<IllFormed>& ill_formed() {
    static const std::vector<IllFormed> all{
        {"a byte that is never used", "\xFF"},
        {"a byte that is never used, in the middle",
         "a\xFE"
         "b"},
        {"a continuation alone", "\x80"},
        {"a lead alone", "\xC3"},
        {"a lead before something else", "\xC3("},
        {"three bytes, one missing", "\xE2\x82"},
        {"four bytes, one missing", "\xF0\x9F\x9A"},
        {"a slash in two bytes", "\xC0\xAF"},
        {"a slash in three bytes", "\xE0\x80\xAF"},
        {"a slash in four bytes", "\xF0\x80\x80\xAF"},
        {"NUL in two bytes", "\xC0\x80"},
        {"the last of one byte, in two", "\xC1\xBF"},
        {"the last of two bytes, in three", "\xE0\x9F\xBF"},
        {"the last of three bytes, in four", "\xF0\x8F\xBF\xBF"},
        {"the first surrogate", "\xED\xA0\x80"},
        {"the last surrogate", "\xED\xBF\xBF"},
        {"a pair of surrogates", "\xED\xA0\xBD\xED\xB8\x80"},
        {"the first above U+10FFFF", "\xF4\x90\x80\x80"},
        {"five bytes", "\xF8\x88\x80\x80\x80"},
        {"six bytes", "\xFC\x84\x80\x80\x80\x80"},
    };
    return all;
}

} // namespace

TEST_CASE("text: UTF-8 is recognised") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("Ada"));
    CHECK(is_utf8(std::string_view("a\0b", 3)));
    CHECK(is_utf8("\x7F"));
    CHECK(is_utf8("\xC2\x80"));         // U+0080, the first of two bytes
    CHECK(is_utf8("\xDF\xBF"));         // U+07FF, the last
    CHECK(is_utf8("\xE0\xA0\x80"));     // U+0800
    CHECK(is_utf8("\xED\x9F\xBF"));     // U+D7FF, before the surrogates
    CHECK(is_utf8("\xEE\x80\x80"));     // U+E000, after them
    CHECK(is_utf8("\xEF\xBF\xBF"));     // U+FFFF
    CHECK(is_utf8("\xF0\x90\x80\x80")); // U+10000
    CHECK(is_utf8("\xF4\x8F\xBF\xBF")); // U+10FFFF
}

TEST_CASE("text: what is not UTF-8 is refused, wherever it stands") {
    for (const IllFormed& ill : ill_formed()) {
        CAPTURE(ill.why);
        CHECK_FALSE(is_utf8(ill.text));
        CHECK_FALSE(is_utf8("before " + ill.text));
        CHECK_FALSE(is_utf8(ill.text + " after"));
        CHECK_FALSE(is_display_name("a" + ill.text + "b"));
    }
}

TEST_CASE("text: a character is not looked for beyond the end") {
    const std::string_view euro = "\xE2\x82\xAC";
    CHECK(is_utf8(euro));
    CHECK_FALSE(is_utf8(euro.substr(0, 2)));
    CHECK_FALSE(is_utf8(euro.substr(0, 1)));
    CHECK(to_utf8(euro.substr(0, 2), 10) == "??");
}

TEST_CASE("text: what is not UTF-8 can be made it") {
    for (const IllFormed& ill : ill_formed()) {
        CAPTURE(ill.why);
        const std::string mended = to_utf8("a" + ill.text + "b", 100);
        CHECK(is_utf8(mended));
        CHECK(mended.starts_with("a"));
        CHECK(mended.find('?') != std::string::npos);
        CHECK(mended.ends_with("b"));
        CHECK(mended.size() <= ill.text.size() + 2);
    }
    CHECK(to_utf8("a\xFF\xC3\xA9", 100) == "a?\xC3\xA9");
    CHECK(to_utf8("", 100).empty());
}

TEST_CASE("text: any bytes can be made UTF-8 of any length") {
    Random random(1);
    for (int round = 0; round < 2'000; ++round) {
        std::string noise(random.next_below(40), '\0');
        for (char& byte : noise) byte = static_cast<char>(random.next());
        const std::size_t most = random.next_below(40);
        const std::string mended = to_utf8(noise, most);
        REQUIRE(mended.size() <= most);
        REQUIRE(is_utf8(mended));
        if (is_utf8(noise) && noise.size() <= most) REQUIRE(mended == noise);
        if (most >= noise.size()) REQUIRE(mended.size() == noise.size());
    }
}

TEST_CASE("text: names of many scripts can be shown") {
    CHECK(is_display_name("Ada"));
    CHECK(is_display_name("Ada Lovelace"));
    CHECK(is_display_name("Zo\xC3\xAB"));
    CHECK(is_display_name("\xD0\x90\xD0\xB4\xD0\xB0"));         // Cyrillic
    CHECK(is_display_name("\xE3\x82\xA2\xE3\x83\x80"));         // Japanese
    CHECK(is_display_name("\xD7\xA2\xD7\x93\xD7\x94"));         // Hebrew, right to left
    CHECK(is_display_name("\xF0\x9F\x9A\x80"));                 // a rocket
    CHECK(is_display_name("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD")); // a thumb with a skin tone
    CHECK(is_display_name(std::string(max_name_bytes, 'x')));
}

TEST_CASE("text: a name that is too long, or shows nothing, is refused") {
    CHECK_FALSE(is_display_name(""));
    CHECK_FALSE(is_display_name(" "));
    CHECK_FALSE(is_display_name("   "));
    CHECK_FALSE(is_display_name("\xC2\xA0"));       // no-break space
    CHECK_FALSE(is_display_name("\xE3\x80\x80"));   // ideographic space
    CHECK_FALSE(is_display_name(" \xE2\x80\x83 ")); // em space
    CHECK_FALSE(is_display_name("\xE2\x80\x8B"));   // zero-width space
    CHECK_FALSE(is_display_name("\xEF\xBB\xBF"));   // byte order mark
    CHECK_FALSE(is_display_name(std::string(max_name_bytes + 1, 'x')));
}

TEST_CASE("text: a name that would disturb what stands beside it is refused") {
    CHECK_FALSE(is_display_name(std::string_view("a\0b", 3)));
    CHECK_FALSE(is_display_name("a\nb"));
    CHECK_FALSE(is_display_name("a\tb"));
    CHECK_FALSE(is_display_name("a\x1B[31mb")); // what colours a terminal
    CHECK_FALSE(is_display_name("a\x7F"));      // delete
    CHECK_FALSE(is_display_name("a\xC2\x85"));  // next line
    CHECK_FALSE(is_display_name("a\xE2\x80\xAE" // right-to-left override
                                "b"));
    CHECK_FALSE(is_display_name("a\xE2\x80\x8F"));     // right-to-left mark
    CHECK_FALSE(is_display_name("a\xE2\x81\xA7"));     // right-to-left isolate
    CHECK_FALSE(is_display_name("a\xD8\x9C"));         // Arabic letter mark
    CHECK_FALSE(is_display_name("a\xE2\x80\xA8"));     // line separator
    CHECK_FALSE(is_display_name("a\xE2\x80\x8D"));     // zero-width joiner
    CHECK_FALSE(is_display_name("a\xC2\xAD"));         // soft hyphen
    CHECK_FALSE(is_display_name("a\xF3\xA0\x80\xA1")); // a tag
}

TEST_CASE("text: what can be shown may be as long as is said, in bytes") {
    for (const std::size_t max_bytes : {std::size_t{1}, max_status_bytes, max_chat_bytes}) {
        CAPTURE(max_bytes);
        CHECK(is_display_text(std::string(max_bytes, 'x'), max_bytes));
        CHECK_FALSE(is_display_text(std::string(max_bytes + 1, 'x'), max_bytes));
        CHECK_FALSE(is_display_text("", max_bytes));
        CHECK_FALSE(is_display_text(std::string(max_bytes, ' '), max_bytes));
        CHECK_FALSE(is_display_text(std::string(max_bytes, '\n'), max_bytes));
    }
    CHECK_FALSE(is_display_text("a", 0));
    const std::string euro = "\xE2\x82\xAC";
    CHECK(is_display_text(euro, 3));
    CHECK_FALSE(is_display_text(euro, 2));
    CHECK(is_display_text("a b", 3));                              // not blank, if in part
    CHECK_FALSE(is_display_text("a\xE2\x80\x8B", max_chat_bytes)); // zero-width space
    CHECK_FALSE(is_display_text("a\xFF", max_chat_bytes));
}
