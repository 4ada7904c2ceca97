// Recordings that an admin starts and stops.

#include "end_to_end/watched_game.hpp"
#include "replay/playback.hpp"
#include "replay/recording_file.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A folder of the test's own, gone with the object.
struct Folder {
    fs::path path =
        fs::temp_directory_path() / ("engine-net-recordings-" + std::to_string(::getpid()));

    Folder() { fs::create_directory(path); }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::vector<std::uint8_t> read(const std::string& name) const {
        std::ifstream file(path / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
};

} // namespace

TEST_CASE("admin recording: a room is recorded from when an admin says so until it says stop") {
    const Folder folder;
    {
        Watched game([&](ServerConfig& server) {
            server.recording_folder = folder.path.string();
        });
        Client& ada = game.stepper.add_player("ada");
        REQUIRE(game.stepper.run_until_joined());
        AdminClient& admin = game.admin(full_key);
        REQUIRE(game.is_watching(admin));
        game.run(3s);
        CHECK(game.act(admin, {AdminVerb::stop_recording, ada.room()}) == "it is not recorded");
        CHECK(game.act(admin, {AdminVerb::start_recording, ada.room()}).empty());
        CHECK(game.act(admin, {AdminVerb::start_recording, ada.room()}) ==
              "it is recorded already");
        CHECK(game.run_until([&] {
            return admin.rooms().at(ada.room()).recorded_as == "pond-1-1.match";
        }));
        CHECK(admin.rooms().at(ada.room()).is_recorded);
        game.run(5s);
        CHECK(game.act(admin, {AdminVerb::stop_recording, ada.room()}).empty());
        CHECK(game.run_until([&] {
            return !admin.rooms().at(ada.room()).is_recorded;
        }));
        // A second one takes the place of none.
        CHECK(game.act(admin, {AdminVerb::start_recording, ada.room()}).empty());
        CHECK(game.run_until([&] {
            return admin.rooms().at(ada.room()).recorded_as == "pond-1-2.match";
        }));
        CHECK(game.stepper.server.stats().recording_ticks_dropped == 0);
    }
    const auto file = RecordingFile::open(folder.read("pond-1-1.match"));
    REQUIRE(file.has_value());
    Playback playback(*file);
    std::size_t ticks = 0;
    std::size_t hashed = 0;
    while (playback.step() == Playback::Outcome::frame) {
        ++ticks;
        REQUIRE(playback.people().size() == 1);
        CHECK(playback.people().begin()->second.name == "ada");
        CHECK(playback.is_as_hashed() != std::optional(false));
        if (playback.is_as_hashed()) ++hashed;
    }
    CHECK(playback.problem().empty());
    CHECK(ticks > 290);
    CHECK(ticks < 700);
    CHECK(hashed >= 5);
    CHECK(RecordingFile::open(folder.read("pond-1-2.match")).has_value());
}

TEST_CASE("admin recording: without a folder, or in one that is not there, none is begun") {
    std::string folder;
    std::string why = "this server has no folder for recordings";
    SUBCASE("none") {}
    SUBCASE("not there") {
        folder = "/nowhere/at/all";
        why = "no file can be made in the server's folder for recordings";
    }
    Watched game([&](ServerConfig& server) {
        server.recording_folder = folder;
    });
    Client& ada = game.stepper.add_player("ada");
    REQUIRE(game.stepper.run_until_joined());
    AdminClient& admin = game.admin(full_key);
    REQUIRE(game.is_watching(admin));
    CHECK(game.act(admin, {AdminVerb::start_recording, ada.room()}) == why);
    game.run(1s);
    CHECK_FALSE(admin.rooms().at(ada.room()).is_recorded);
}
