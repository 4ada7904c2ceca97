#include "stock_crowd.hpp"

#include "bridge/json_text.hpp"
#include "bridge/pusher_signatures.hpp"
#include "web_connection.hpp"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace bench {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// By which a message is known in whatever stands around it: #0042#.
constexpr std::size_t mark_bytes = 6;

std::string mark_of(std::uint64_t number) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "#%04u#", static_cast<unsigned>(number));
    return text.data();
}

std::string text_of_mqtt(std::string_view text) {
    std::string bytes{static_cast<char>(text.size() >> 8), static_cast<char>(text.size())};
    return bytes.append(text);
}

std::string packet(char type, const std::string& rest) {
    return std::string{type, static_cast<char>(rest.size())} + rest;
}

/// Of MQTT 3.1.1, with a session that begins anew and a keep-alive of five minutes.
void ask_by_mqtt(int fd, const std::string& id) {
    constexpr std::string_view keep_alive("\x01\x2C", 2);
    std::string rest = text_of_mqtt("MQTT") + '\x04' + '\x02';
    send_all(fd, packet('\x10', rest.append(keep_alive) + text_of_mqtt(id)));
}

int connect_by_mqtt(std::uint16_t port, const std::string& id) {
    const int fd = connect_to(port);
    ask_by_mqtt(fd, id);
    skip(fd, 4);
    return fd;
}

std::string topic_for(StockGroup group) {
    return group == StockGroup::mosquitto ? std::string(StockCrowd::channel)
                                          : "channel/" + std::string(StockCrowd::channel);
}

/// Each step for all of them, since each takes the server a tick.
std::vector<int> subscribe_by_mqtt(StockGroup group, std::uint16_t port) {
    std::vector<int> sockets(StockCrowd::subscribers);
    for (int& fd : sockets) {
        fd = connect_to(port);
        ask_by_mqtt(fd, "subscriber-" + std::to_string(fd));
    }
    for (const int fd : sockets) {
        skip(fd, 4);
        send_all(fd,
                 packet('\x82', std::string("\0\1", 2) + text_of_mqtt(topic_for(group)) + '\0'));
    }
    for (const int fd : sockets) skip(fd, 5);
    return sockets;
}

std::vector<int> subscribe_by_pusher(std::uint16_t port) {
    std::vector<int> sockets(StockCrowd::subscribers);
    for (int& fd : sockets) {
        fd = connect_to(port);
        upgrade(fd, "/app/" + std::string(StockCrowd::app_key) + "?protocol=7");
    }
    for (const int fd : sockets) {
        skip_text(fd);
        send_text(fd,
                  R"({"event":"pusher:subscribe","data":{"channel":")" +
                      std::string(StockCrowd::channel) + R"("}})");
    }
    for (const int fd : sockets) skip_text(fd);
    return sockets;
}

/// Who speaks, by each transport.
class Speakers {
public:
    Speakers(std::uint16_t web_port, std::uint16_t mqtt_port)
        : web_port_(web_port)
        , mqtt_(connect_by_mqtt(mqtt_port, "speaker"))
        , web_(connect_to(web_port)) {
        upgrade(web_);
        send_text(web_, R"({"op":"hello","id":1,"name":"speaker"})");
        skip_text(web_);
    }

    void say(std::uint64_t number) {
        const std::string mark = mark_of(number);
        switch (number % 3) {
        case 0: return say_by_pusher(mark);
        case 1: return say_by_mqtt(mqtt_, StockGroup::mqtt, mark);
        default:
            send_text(web_,
                      R"({"op":"emit","id":2,"channel":")" + std::string(StockCrowd::channel) +
                          R"(","event":"goal","data":")" + mark + R"("})");
        }
    }
    static void say_by_mqtt(int fd, StockGroup group, const std::string& mark) {
        send_all(fd, packet('\x30', text_of_mqtt(topic_for(group)) + mark));
    }
    /// What they are answered is nobody's business.
    void read_answers() const {
        std::array<char, 4096> scratch{};
        for (const int fd : {api_, mqtt_, web_}) {
            while (::recv(fd, scratch.data(), scratch.size(), MSG_DONTWAIT) > 0) {
            }
        }
    }
    void keep_alive() const { send_pong(web_, ""); }

private:
    void say_by_pusher(const std::string& mark) {
        if (api_ < 0) api_ = connect_to(web_port_); // who says nothing for long is sent away
        using namespace engine_net::bridge;
        const std::string path = "/apps/engine-net/events";
        const std::string body = R"({"name":"goal","channel":")" +
                                 std::string(StockCrowd::channel) + R"(","data":")" + mark +
                                 R"("})";
        const std::string query = "auth_key=" + std::string(StockCrowd::app_key) +
                                  "&auth_timestamp=" + std::to_string(std::time(nullptr)) +
                                  "&auth_version=1.0&body_md5=" + pusher::md5(body);
        const std::string signature =
            hmac_sha256(StockCrowd::app_secret, "POST\n" + path + "\n" + query);
        send_all(api_,
                 "POST " + path + "?" + query + "&auth_signature=" + signature +
                     " HTTP/1.1\r\nHost: bench\r\nContent-Length: " + std::to_string(body.size()) +
                     "\r\n\r\n" + body);
    }

    std::uint16_t web_port_;
    int api_ = -1;
    int mqtt_;
    int web_;
};

class Subscriber {
public:
    Subscriber(int fd, StockCounts::Group& counts)
        : fd_(fd), counts_(&counts), heard_(StockCrowd::max_messages, false) {}

    [[nodiscard]] int fd() const { return fd_; }
    /// Looks for marks in what has come.
    void take(std::string_view bytes) {
        rest_.append(bytes);
        std::size_t at = 0;
        while (at + mark_bytes <= rest_.size()) {
            const std::size_t begin = rest_.find('#', at);
            if (begin == std::string::npos || begin + mark_bytes > rest_.size()) break;
            if (rest_[begin + mark_bytes - 1] != '#') {
                at = begin + 1;
                continue;
            }
            note(static_cast<std::size_t>(std::stoul(rest_.substr(begin + 1, mark_bytes - 2))));
            at = begin + mark_bytes;
        }
        rest_.erase(0, std::max(at, rest_.size() - std::min(rest_.size(), mark_bytes - 1)));
    }

private:
    void note(std::size_t number) {
        if (number >= heard_.size()) _exit(1);
        if (heard_[number]) ++counts_->doubled;
        heard_[number] = true;
        ++counts_->heard;
    }

    int fd_;
    StockCounts::Group* counts_;
    std::vector<bool> heard_;
    std::string rest_{};
};

class Crowd {
public:
    explicit Crowd(StockCounts& counts) : counts_(&counts) {
        // They are pointed at.
        subscribers_.reserve(counts.groups.size() * StockCrowd::subscribers);
    }

    void step() {
        for (const auto which : {StockGroup::mqtt, StockGroup::mosquitto, StockGroup::pusher}) {
            StockCounts::Group& group = counts_->group(which);
            if (group.port != 0 && !group.is_connected) connect(which, group);
        }
        speak();
        read();
        keep_alive();
    }

private:
    void connect(StockGroup which, StockCounts::Group& group) {
        const std::vector<int> sockets = which == StockGroup::pusher
                                             ? subscribe_by_pusher(group.port)
                                             : subscribe_by_mqtt(which, group.port);
        for (const int fd : sockets) {
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.ptr = &subscribers_.emplace_back(fd, group);
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
            if (which == StockGroup::pusher) by_web_.push_back(fd);
        }
        if (which == StockGroup::mosquitto) to_mosquitto_ = connect_by_mqtt(group.port, "speaker");
        if (which == StockGroup::mqtt) speakers_.emplace(counts_->web_port, group.port);
        group.is_connected = true;
    }
    void speak() {
        for (; said_ < counts_->wanted; ++said_) speakers_->say(said_);
        for (; said_to_mosquitto_ < counts_->wanted_of_mosquitto; ++said_to_mosquitto_) {
            Speakers::say_by_mqtt(
                to_mosquitto_, StockGroup::mosquitto, mark_of(said_to_mosquitto_));
        }
    }
    void read() {
        std::array<epoll_event, 256> events{};
        std::array<char, 16 * 1024> scratch{};
        const int count = ::epoll_wait(epoll_, events.data(), events.size(), 5);
        for (int i = 0; i < count; ++i) {
            auto& subscriber =
                *static_cast<Subscriber*>(events[static_cast<std::size_t>(i)].data.ptr);
            const ssize_t got =
                ::recv(subscriber.fd(), scratch.data(), scratch.size(), MSG_DONTWAIT);
            if (got == 0) _exit(1); // it was closed
            if (got > 0) subscriber.take({scratch.data(), static_cast<std::size_t>(got)});
        }
        if (speakers_) speakers_->read_answers();
    }
    /// As browsers answer pings.
    void keep_alive() {
        if (Clock::now() < next_pongs_) return;
        next_pongs_ = Clock::now() + 10s;
        for (const int fd : by_web_) send_pong(fd, "");
        if (speakers_) speakers_->keep_alive();
    }

    StockCounts* counts_;
    int epoll_ = ::epoll_create1(0);
    std::vector<Subscriber> subscribers_{};
    std::vector<int> by_web_{};
    std::optional<Speakers> speakers_{};
    int to_mosquitto_ = -1;
    std::uint64_t said_ = 0;
    std::uint64_t said_to_mosquitto_ = 0;
    Clock::time_point next_pongs_{};
};

} // namespace

StockCrowd::StockCrowd()
    : process_([](StockCounts& counts) {
        Crowd crowd(counts);
        while (::getppid() != 1) crowd.step();
        _exit(0);
    }) {}

} // namespace bench
