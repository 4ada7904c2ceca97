#include "watch_crowd.hpp"

#include "core/bytes.hpp"
#include "cpu_time.hpp"
#include "web_connection.hpp"
#include "wire/feed.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace bench {

using namespace engine_net;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view hello = R"({"op":"hello","id":1,"name":"viewer"})";
/// As a slow link would have it: the system takes no more than this in advance.
constexpr int slow_receive_buffer = 4096;
constexpr auto slow_read_interval = 100ms;
constexpr std::uint32_t slow_reads_per_second = 10;
constexpr std::size_t most_bytes_a_read = 64 * 1024;
constexpr char ping_opcode = 9;
constexpr char binary_opcode = 2;

struct Viewer {
    int fd = -1;
    std::string pending; ///< came, and is not a whole frame yet
    Tick last_frame;
    bool is_watching = false;
    std::uint64_t frames = 0;
    std::uint64_t missed = 0;
};

class Watchers {
public:
    Watchers(WatchCrowd::Shared& shared, WatchCrowd::Size size)
        : shared_(shared), size_(size), epoll_(::epoll_create1(0)) {}

    [[noreturn]] void play() {
        for (;;) {
            if (::getppid() == 1) _exit(0);
            if (groups_[0].viewers.empty() && shared_.port != 0) connect(0, size_.fast, 0);
            if (groups_[1].viewers.empty() && shared_.wants_slow) {
                connect(1, size_.slow, slow_receive_buffer);
            }
            read_fast();
            read_slow();
            if (begins_ != shared_.asked_begins) begin();
            if (ends_ != shared_.asked_ends) end();
        }
    }

private:
    struct Group {
        std::vector<Viewer> viewers;
        std::vector<double> ages_ms;
        std::uint64_t closed = 0;
    };

    void connect(std::size_t group, std::size_t count, int receive_buffer) {
        const std::string watch =
            R"({"op":"watch","id":2,"room":)" + std::to_string(shared_.room) + "}";
        std::vector<Viewer>& viewers = groups_[group].viewers;
        viewers.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            const int fd = connect_to(shared_.port, receive_buffer);
            viewers[i].fd = fd;
            upgrade(fd);
            send_text(fd, hello);
            skip_text(fd);
            send_text(fd, watch);
            if (group != 0) continue;
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
        }
    }
    void read_fast() {
        std::array<epoll_event, 256> events{};
        const int count = ::epoll_wait(epoll_, events.data(), events.size(), 1);
        for (int i = 0; i < count; ++i) {
            const std::uint64_t index = events[static_cast<std::size_t>(i)].data.u64;
            read(groups_[0], groups_[0].viewers[index], most_bytes_a_read);
        }
    }
    void read_slow() {
        const Time now = Clock::now();
        if (now < next_slow_read_) return;
        next_slow_read_ = now + slow_read_interval;
        for (Viewer& viewer : groups_[1].viewers) {
            read(groups_[1], viewer, size_.slow_bytes_per_second / slow_reads_per_second);
        }
    }
    void read(Group& group, Viewer& viewer, std::size_t most) {
        if (viewer.fd < 0) return;
        scratch_.resize(most);
        const ssize_t got = ::recv(viewer.fd, scratch_.data(), most, MSG_DONTWAIT);
        if (got == 0) {
            ::close(viewer.fd);
            viewer.fd = -1;
            ++group.closed;
        }
        if (got <= 0) return;
        viewer.pending.append(scratch_.data(), static_cast<std::size_t>(got));
        take_frames(group, viewer);
    }
    void take_frames(Group& group, Viewer& viewer) {
        std::string_view rest = viewer.pending;
        for (;;) {
            const FrameExtent extent = frame_extent(rest);
            if (extent.header == 0 || rest.size() < extent.size()) break;
            const std::string_view payload = rest.substr(extent.header, extent.payload);
            const char opcode = static_cast<char>(rest[0] & 0x0F);
            if (opcode == ping_opcode) send_pong(viewer.fd, payload);
            if (opcode == binary_opcode) take_piece(group, viewer, payload);
            rest.remove_prefix(extent.size());
        }
        viewer.pending.erase(0, viewer.pending.size() - rest.size());
    }
    void take_piece(Group& group, Viewer& viewer, std::string_view piece) {
        ByteReader reader({reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size()});
        const auto header = wire::read_feed_header(reader);
        if (!header) _exit(1);
        if (header->kind != wire::FeedKind::keyframe && header->kind != wire::FeedKind::frame)
            return;
        if (viewer.is_watching) {
            viewer.missed += frames_between(viewer.last_frame, header->tick) - 1;
        } else {
            viewer.is_watching = true;
            ++shared_.watching;
        }
        viewer.last_frame = header->tick;
        if (newest_ < header->tick) newest_ = header->tick;
        ++viewer.frames;
        const Time begun{Duration(shared_.tick_times_us[header->tick.value % 4096])};
        const std::chrono::duration<double, std::milli> age = Clock::now() - begun;
        group.ages_ms.push_back(age.count());
    }
    [[nodiscard]] std::uint64_t frames_between(Tick earlier, Tick later) const {
        const std::int32_t ticks = later - earlier;
        return ticks <= 0 ? 1 : static_cast<std::uint32_t>(ticks) / size_.ticks_per_frame;
    }

    void begin() {
        begins_ = shared_.asked_begins;
        for (Group& group : groups_) {
            group.ages_ms.clear();
            for (Viewer& viewer : group.viewers) {
                viewer.frames = 0;
                viewer.missed = 0;
            }
        }
    }
    void end() {
        for (std::size_t i = 0; i < groups_.size(); ++i) shared_.figures[i] = figures(groups_[i]);
        ends_ = shared_.asked_ends;
        shared_.ends = ends_;
    }
    /// A viewer who got nothing to the end has missed that too.
    [[nodiscard]] WatchFigures figures(const Group& group) const {
        WatchFigures sum;
        std::uint64_t missed = 0;
        for (const Viewer& viewer : group.viewers) {
            const std::uint64_t behind = frames_between(viewer.last_frame, newest_);
            const std::uint64_t lost = viewer.missed + (behind > 2 ? behind : 0);
            const auto all = static_cast<double>(std::max<std::uint64_t>(1, lost + viewer.frames));
            sum.worst_missed_percent =
                std::max(sum.worst_missed_percent, 100 * static_cast<double>(lost) / all);
            sum.frames += viewer.frames;
            missed += lost;
        }
        const auto all = static_cast<double>(std::max<std::uint64_t>(1, missed + sum.frames));
        sum.missed_percent = 100 * static_cast<double>(missed) / all;
        sum.age_p50_ms = median(group.ages_ms);
        sum.age_p99_ms = percentile(group.ages_ms, 99);
        sum.closed = group.closed;
        return sum;
    }

    WatchCrowd::Shared& shared_;
    WatchCrowd::Size size_;
    int epoll_;
    std::array<Group, 2> groups_;
    std::vector<char> scratch_;
    Time next_slow_read_;
    Tick newest_;
    std::uint32_t begins_ = 0;
    std::uint32_t ends_ = 0;
};

} // namespace

WatchCrowd::WatchCrowd(Size size)
    : process_([&](Shared& shared) {
        Watchers(shared, size).play();
    }) {}

void WatchCrowd::connect_fast(std::uint16_t port, RoomId room) {
    shared().room = room.value;
    shared().port = port;
}

void WatchCrowd::connect_slow() {
    shared().wants_slow = true;
}

void WatchCrowd::note_tick(Tick tick, Time begun) {
    shared().tick_times_us[tick.value % 4096] = begun.time_since_epoch().count();
}

} // namespace bench
