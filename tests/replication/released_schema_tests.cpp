// Entities and inputs may change as the handshake allows. What is released is in schemas/released,
// for tests/versions/check too, which looks after what is not of a game.
#include "replication/schema_match.hpp"
#include "replication/schema_view.hpp"

#include <doctest/doctest.h>
#include <flatbuffers/idl.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace engine_net;

namespace {

/// The project's schemas: here, or in the folder above.
std::filesystem::path schemas() {
    return std::filesystem::exists("schemas/released") ? "schemas" : "../schemas";
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    REQUIRE_MESSAGE(stream, file.string());
    return {std::istreambuf_iterator<char>(stream), {}};
}

class Compiled {
public:
    explicit Compiled(const std::string& text) {
        const std::string folder = schemas().string();
        std::array<const char*, 2> includes{folder.c_str(), nullptr};
        REQUIRE_MESSAGE(parser_.Parse(text.c_str(), includes.data()), parser_.error_);
        parser_.Serialize();
    }
    [[nodiscard]] const reflection::Schema& schema() const {
        const auto* const schema =
            verified_schema({parser_.builder_.GetBufferPointer(), parser_.builder_.GetSize()});
        REQUIRE(schema);
        return *schema;
    }

private:
    flatbuffers::Parser parser_;
};

std::string mismatch_between(const std::string& released, const std::string& present) {
    return mismatch_of(Compiled(released).schema(), Compiled(present).schema());
}

std::string without(std::string text, const std::string& part, const std::string& by = {}) {
    const std::size_t at = text.find(part);
    REQUIRE(at != text.npos);
    return text.replace(at, part.size(), by);
}

} // namespace

TEST_CASE("released schemas: the Arena's clients of each release play on today's servers") {
    const std::string present = text_of(schemas() / "arena.fbs");
    for (const auto& release : std::filesystem::directory_iterator(schemas() / "released")) {
        const std::filesystem::path file = release.path() / "arena.fbs";
        if (std::filesystem::exists(file)) CHECK(mismatch_between(text_of(file), present) == "");
    }
}

TEST_CASE("released schemas: a field of another type is refused, one that is gone is not") {
    const std::string arena = text_of(schemas() / "arena.fbs");
    CHECK(mismatch_between(arena, without(arena, "health: ubyte;", "health: ushort;")) ==
          "arena.Ship.health is ubyte here and ushort there");
    CHECK(mismatch_between(arena, without(arena, "health: ubyte;")) == "");
    CHECK(mismatch_between(arena, without(arena, "  name: string;\n")) ==
          "arena.Event.emote is field 5 here and field 4 there");
}
