#include <engine_net/client.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <string>
#include <unistd.h>

using namespace engine_net;
using namespace std::chrono_literals;

/// One person who talks in the lobby and at one table.
class Chat {
public:
    Chat(std::uint16_t port, const char* name)
        : client_({.host = "127.0.0.1", .port = port, .name = name}) {
        client_.on_lost([](CloseReason reason, const std::string& detail) {
            std::printf("lost: %s %s\n", message(reason).data(), detail.c_str());
        });
        client_.on_room_left([](LeaveReason reason, const std::string&) {
            std::printf("no longer at the table: %s\n", message(reason).data());
        });
        client_.on_room_change([this] {
            show_members();
        });
        client_.watch_rooms([this] {
            show_rooms();
        });
        listen("lobby");
    }

    /// What was typed: a command, or a line to say at the table, or in the lobby without one.
    void take(const std::string& line) {
        const std::size_t space = line.find(' ');
        const std::string verb = line.substr(0, space);
        const std::string rest = space == std::string::npos ? "" : line.substr(space + 1);
        const auto sit_down = [this](const JoinResult& seat) {
            take_seat(seat);
        };
        if (verb == "/open") {
            client_.create_room("table", {.name = rest}, sit_down);
        } else if (verb == "/join") {
            const auto id = std::strtoul(rest.c_str(), nullptr, 10);
            client_.join_room(RoomId{static_cast<std::uint32_t>(id)}, sit_down);
        } else if (verb == "/leave") {
            client_.leave_room();
        } else if (verb == "/lobby") {
            say("lobby", rest);
        } else if (verb == "/quit") {
            client_.leave();
        } else {
            say(client_.room().is_set() ? channel_of(client_.room()) : "lobby", line);
        }
    }

    void poll(Time now) { client_.poll(now); }
    void leave() { client_.leave(); }
    [[nodiscard]] bool is_over() const { return client_.state() == ClientState::closed; }

private:
    /// Every room has a channel, which those alone may use who are in it.
    static std::string channel_of(RoomId room) { return "room/" + std::to_string(room.value); }

    /// With the newest lines of before, so that who comes late knows what it is about.
    void listen(std::string channel) {
        client_.channels().subscribe(
            std::move(channel),
            [](const ChannelMessage& said) {
                const std::string name(said.name);
                const std::string text(said.text());
                const char* where = said.channel == "lobby" ? "lobby" : "table";
                if (said.kind == ChannelKind::chat)
                    std::printf("[%s] %s: %s\n", where, name.c_str(), text.c_str());
            },
            {.recent = 20});
    }

    void say(std::string channel, const std::string& text) {
        client_.channels().say(std::move(channel), text, [](const RequestResult& result) {
            if (!result) std::printf("not said: %s\n", message(result.error).data());
        });
    }

    void take_seat(const JoinResult& seat) {
        if (seat) return listen(channel_of(seat.room));
        std::printf("no seat: %s\n", message(seat.error).data());
    }

    void show_members() {
        if (!client_.room().is_set()) return;
        std::string shown = "at table " + std::to_string(client_.room().value) + ':';
        for (const auto& [id, member] : client_.members()) shown += ' ' + member.name;
        if (shown == shown_members_) return; // what has changed is a ping, or the like
        shown_members_ = shown;
        std::printf("%s\n", shown.c_str());
    }

    void show_rooms() {
        std::printf("tables:");
        for (const auto& [id, room] : client_.rooms()) {
            std::printf(
                " %u %s (%u of %u)", id.value, room.name.c_str(), room.players, room.capacity);
        }
        std::printf("\n");
    }

    Client client_;
    std::string shown_members_;
};

/// Lines from standard input, for a loop that must not wait for them.
class Keyboard {
public:
    /// Gives what was typed within `wait`, line by line.
    template <class Take>
    void read(std::chrono::milliseconds wait, Take&& take) {
        pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        if (::poll(&input, 1, static_cast<int>(wait.count())) <= 0) return;
        std::array<char, 512> bytes{};
        const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        is_closed_ = count <= 0;
        if (count > 0) typed_.append(bytes.data(), static_cast<std::size_t>(count));
        for (auto end = typed_.find('\n'); end != std::string::npos; end = typed_.find('\n')) {
            take(typed_.substr(0, end));
            typed_.erase(0, end + 1);
        }
    }
    [[nodiscard]] bool is_closed() const { return is_closed_; }

private:
    std::string typed_;
    bool is_closed_ = false;
};

// client PORT NAME: says what is typed. /open NAME, /join NUMBER, /leave, /lobby LINE, /quit
int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    Chat chat(static_cast<std::uint16_t>(std::atoi(argv[1])), argv[2]);
    Keyboard keyboard;
    while (!chat.is_over()) {
        chat.poll(Clock::now());
        if (keyboard.is_closed()) chat.leave();
        keyboard.read(20ms, [&chat](const std::string& line) {
            chat.take(line);
        });
    }
}
