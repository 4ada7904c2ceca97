// What an admin does to real programs, over real sockets.

#include "process/demo_programs.hpp"

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

const std::string key(64, 'a');

/// A demo-server with a room and an admin who looks at it.
struct Watched {
    std::filesystem::path folder = std::filesystem::temp_directory_path() /
                                   ("engine-net-recorded-" + std::to_string(::getpid()));
    DemoServer server;
    AdminClient admin;

    explicit Watched(std::vector<std::string> more)
        : server(with_key(folder, std::move(more))), admin(at(server.port)) {
        REQUIRE(until([&] {
            return admin.state() == AdminState::watching && admin.has_all_rooms();
        }));
        admin.look_at(room());
    }
    ~Watched() { std::filesystem::remove_all(folder); }
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    static std::vector<std::string> with_key(const std::filesystem::path& folder,
                                             std::vector<std::string> more) {
        std::filesystem::create_directory(folder);
        more.insert(more.end(), {"--admin-key", key, "--record-dir", folder.string()});
        return more;
    }
    static AdminClientConfig at(const std::string& port) {
        AdminClientConfig config;
        config.port = static_cast<std::uint16_t>(std::stoi(port));
        config.key = key;
        config.log = [](LogLevel, std::string_view) {};
        return config;
    }
    bool until(const std::function<bool()>& holds, Duration limit = 20s) {
        const Time end = Clock::now() + limit;
        for (Time now = Clock::now(); now < end; now = Clock::now()) {
            admin.poll(now);
            if (holds()) return true;
            Clock::sleep_until(now + 5ms);
        }
        return false;
    }
    std::string act(const AdminAction& action) {
        std::optional<std::string> outcome;
        admin.act(action, [&](const std::string& problem) {
            outcome = problem;
        });
        until([&] {
            return outcome.has_value();
        });
        return outcome.value_or("no answer");
    }
    [[nodiscard]] RoomId room() const { return admin.rooms().begin()->first; }
    /// Null: there is nobody of that name.
    [[nodiscard]] const AdminMember* member(std::string_view name) const {
        if (!admin.room_view()) return nullptr;
        const auto& members = admin.room_view()->members;
        const auto found = std::ranges::find_if(members, [&](const AdminMember& one) {
            return one.member.name == name;
        });
        return found == members.end() ? nullptr : &*found;
    }
};

} // namespace

TEST_CASE("admin: a player of a real demo-client is kicked, and told why") {
    Watched watched({});
    auto arguments = headless_client(watched.server.port, 100'000);
    arguments.insert(arguments.end(), {"--name", "ada"});
    Program client(ours("demo-client"), arguments);
    REQUIRE(watched.until([&] {
        return watched.member("ada") != nullptr;
    }));
    const PresenceId ada = watched.member("ada")->member.id;
    CHECK(watched.act({AdminVerb::kick, watched.room(), ada, "be nice"}).empty());
    CHECK(client.line_with("be nice"));
    CHECK(watched.until([&] {
        return watched.member("ada") == nullptr;
    }));
    CHECK(watched.server.program.line_with(R"("be nice", by 127.0.0.x)"));
}

TEST_CASE("admin: a bot is added to the Arena, its link alone worsened, and all of it recorded") {
    Watched watched({"--bots", "1"});
    REQUIRE(watched.until([&] {
        return watched.member("bot 1") && watched.admin.rooms().begin()->second.takes_bots;
    }));
    const RoomId room = watched.room();
    CHECK(watched.act({AdminVerb::start_recording, room}).empty());
    CHECK(watched.act({AdminVerb::add_bot, room}).empty());
    REQUIRE(watched.until([&] {
        return watched.member("bot 2") != nullptr;
    }));
    const PresenceId bot = watched.member("bot 2")->member.id;
    CHECK(watched.act({AdminVerb::worsen_link, room, bot, "delay=80,jitter=10"}).empty());
    CHECK(watched.until([&] {
        const AdminMember* const one = watched.member("bot 2");
        return one && one->round_trip > 150ms && one->worsened_link == "delay=80,jitter=10";
    }));
    CHECK(watched.member("bot 1")->round_trip < 100ms);
    CHECK(watched.act({AdminVerb::worsen_link}).empty());
    CHECK(watched.until([&] {
        const AdminMember* const one = watched.member("bot 2");
        return one && one->round_trip < 100ms && one->worsened_link.empty();
    }));
    CHECK(watched.act({AdminVerb::kick, room, bot}).empty());
    CHECK(watched.until([&] {
        return watched.member("bot 2") == nullptr;
    }));
    CHECK(watched.act({AdminVerb::stop_recording, room}).empty());
    REQUIRE(watched.server.program.line_with("room 1 is recorded as arena-1-1.match"));
    const std::string file = (watched.folder / "arena-1-1.match").string();
    // The thread that writes it does so twice a second.
    CHECK(watched.until([&] {
        Program replay(ours("replay"), {"verify", file});
        return replay.exit_code() == 0;
    }));
}
