#include "cluster/redis_backplane.hpp"

#include "cluster/redis_node.hpp"
#include "core/assert.hpp"
#include "core/broken_pipes.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <variant>

namespace engine_net::cluster {

namespace {

constexpr std::size_t max_queue_bytes = 64 * 1024 * 1024;
constexpr std::size_t max_told = 65'536;
constexpr std::chrono::milliseconds leave_time{500};
constexpr std::chrono::milliseconds step_time{50};

std::size_t size_of(const Tell& told) {
    if (const auto* message = std::get_if<tell::Message>(&told)) return message->bytes.size();
    if (const auto* cast = std::get_if<tell::Cast>(&told)) return cast->bytes.size();
    if (const auto* said = std::get_if<tell::Said>(&told)) return said->entry.bytes.size();
    return sizeof(Tell);
}

/// What the server's thread asks, and what it is told. Its lock is held for moves alone.
class Queues {
public:
    using Ask = std::function<void(RedisNode&)>;

    Queues() : wake_file_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    ~Queues() { close(wake_file_); }
    Queues(const Queues&) = delete;
    Queues& operator=(const Queues&) = delete;

    /// False: it is too full for what need not be.
    bool ask(Ask ask, std::size_t bytes, bool must_be) {
        {
            const std::lock_guard lock(mutex_);
            if (!must_be && asked_bytes_ + bytes > max_queue_bytes) return false;
            asked_.push_back(std::move(ask));
            asked_bytes_ += bytes;
            if (asked_.size() > 1) return true;
        }
        wake();
        return true;
    }
    void wake() const { eventfd_write(wake_file_, 1); }
    [[nodiscard]] int wake_file() const { return wake_file_; }

    std::vector<Ask> take_asked() {
        eventfd_t ignored = 0;
        eventfd_read(wake_file_, &ignored);
        const std::lock_guard lock(mutex_);
        asked_bytes_ = 0;
        return std::exchange(asked_, {});
    }
    void tell(std::vector<Tell> told) {
        std::size_t bytes = 0;
        for (const Tell& one : told) bytes += size_of(one);
        const std::lock_guard lock(mutex_);
        told_bytes_ += bytes;
        told_.insert(told_.end(),
                     std::make_move_iterator(told.begin()),
                     std::make_move_iterator(told.end()));
    }
    std::vector<Tell> take_told() {
        const std::lock_guard lock(mutex_);
        told_bytes_ = 0;
        return std::exchange(told_, {});
    }
    enum class Fill : std::uint8_t { empty, some, full };
    [[nodiscard]] Fill told_fill() {
        const std::lock_guard lock(mutex_);
        if (told_.size() > max_told || told_bytes_ > max_queue_bytes) return Fill::full;
        return told_.empty() ? Fill::empty : Fill::some;
    }

private:
    int wake_file_;
    std::mutex mutex_; ///< of what follows
    std::vector<Ask> asked_;
    std::size_t asked_bytes_ = 0;
    std::vector<Tell> told_;
    std::size_t told_bytes_ = 0;
};

/// Speaks with Redis for a node.
class RedisThread {
public:
    RedisThread(const RedisNode::Settings& settings, Queues& queues, WaitingSays& waiting_says)
        : queues_(queues)
        , node_(settings, waiting_says)
        , patience_(settings.lease_time / 3)
        , last_take_(Clock::now())
        , thread_([this] {
            serve();
        }) {}
    ~RedisThread() {
        is_over_ = true;
        queues_.wake();
        thread_.join();
    }
    RedisThread(const RedisThread&) = delete;
    RedisThread& operator=(const RedisThread&) = delete;

    /// The first stay, or why there is none.
    Result<NodeStay, std::string> wait_for_stay(Duration time);
    void note_take() { last_take_ = Clock::now(); }
    [[nodiscard]] RedisCounts counts() const {
        return {node_.scope().bad_frames, node_.scope().lost};
    }

private:
    void serve();
    void step(Time now);

    Queues& queues_;
    RedisNode node_;
    Duration patience_; ///< with a server that takes nothing
    std::atomic<Time> last_take_;
    std::atomic<bool> is_over_ = false;
    bool is_held_ = false;
    std::mutex mutex_; ///< of what follows
    std::condition_variable is_in_;
    std::optional<NodeStay> first_stay_;
    std::string failure_;
    std::thread thread_; ///< the last member, as it uses all others
};

void RedisThread::serve() {
    survive_broken_pipes(); // of hiredis
    while (!is_over_) {
        node_.wait(queues_.wake_file(), step_time);
        step(Clock::now());
    }
    step(Clock::now());
    node_.leave();
    const Time end = Clock::now() + leave_time;
    for (Time now = Clock::now(); !node_.is_idle() && now < end; now = Clock::now()) {
        node_.step(now, false);
        node_.wait(-1, std::chrono::milliseconds(10));
    }
}

void RedisThread::step(Time now) {
    for (const Queues::Ask& ask : queues_.take_asked()) ask(node_);
    node_.step(now, now - last_take_.load() < patience_);
    queues_.tell(node_.take_told());
    const Queues::Fill fill = queues_.told_fill();
    if (!is_held_ && fill == Queues::Fill::full) node_.hold(is_held_ = true);
    if (is_held_ && fill == Queues::Fill::empty) node_.hold(is_held_ = false);
    if (first_stay_) return;
    const std::lock_guard lock(mutex_);
    failure_ = node_.failure();
    if (!node_.was_in()) return;
    first_stay_ = node_.stay();
    is_in_.notify_all();
}

Result<NodeStay, std::string> RedisThread::wait_for_stay(Duration time) {
    std::unique_lock lock(mutex_);
    is_in_.wait_for(lock, time, [this] {
        return first_stay_.has_value();
    });
    if (!first_stay_) return Unexpected(failure_.empty() ? "it does not answer" : failure_);
    note_take();
    return *first_stay_;
}

class Implementation final : public RedisBackplane {
public:
    explicit Implementation(RedisSettings settings) : settings_(std::move(settings)) {}

    Result<NodeStay, std::string> start() override;
    std::vector<Tell> take(Time now) override;
    [[nodiscard]] RedisCounts counts() const override {
        RedisCounts counts = thread_ ? thread_->counts() : RedisCounts{};
        counts.lost += lost_;
        return counts;
    }

    void put(std::string key, ByteVector value) override;
    void drop(const std::string& key) override;
    void send(NodeId to, ByteVector bytes) override;
    void cast(std::string topic, std::shared_ptr<const ByteVector> bytes) override;
    void listen(std::string topic) override;
    void unlisten(const std::string& topic) override;
    bool say(std::string channel, ByteVector bytes) override;
    void enter_channel(std::string channel, std::string user, ByteVector bytes) override;
    void leave_channel(const std::string& channel, const std::string& user) override;
    void follow(std::string channel) override;
    void unfollow(const std::string& channel) override;
    void claim(std::string name, std::string value, std::chrono::milliseconds time) override;
    void release(const std::string& name) override;
    void offer(RoomId room,
               std::vector<std::string> keys,
               std::uint32_t free_seats,
               std::uint32_t players) override;
    void
    reserve(std::uint64_t ticket, std::string key, RoomId own, std::uint32_t capacity) override;
    void arrived(RoomId room, std::uint64_t reservation) override;

private:
    void ask(Queues::Ask ask) { queues_.ask(std::move(ask), 0, true); }
    void hand_over_seats();

    RedisSettings settings_;
    WaitingSays waiting_says_;
    Queues queues_;
    std::map<RoomId, SeatChange> seat_changes_; ///< of this step
    std::vector<Tell> told_;
    std::uint64_t lost_ = 0;
    std::unique_ptr<RedisThread> thread_; ///< uses all others
};

Result<NodeStay, std::string> Implementation::start() {
    const auto address = RedisAddress::parse(settings_.url, settings_.password);
    if (!address) return Unexpected(std::string("the URL of Redis is none"));
    const RedisNode::Settings settings{.address = *address,
                                       .prefix = settings_.prefix + ":",
                                       .name = settings_.node_name,
                                       .key = settings_.key,
                                       .lease_time = settings_.lease_time,
                                       .reservation_time = settings_.reservation_time};
    thread_ = std::make_unique<RedisThread>(settings, queues_, waiting_says_);
    auto stay = thread_->wait_for_stay(settings_.start_time);
    if (stay) return stay;
    std::string why = "can't join by Redis at ";
    why.append(address->host).append(":").append(std::to_string(address->port));
    return Unexpected(why.append(": ").append(stay.error()));
}

std::vector<Tell> Implementation::take(Time) {
    if (thread_) thread_->note_take();
    hand_over_seats();
    std::vector<Tell> told = queues_.take_told();
    told.insert(told.end(), told_.begin(), told_.end());
    told_.clear();
    return told;
}

void Implementation::put(std::string key, ByteVector value) {
    ENGINE_NET_ASSERT(key.size() <= max_key_bytes && value.size() <= max_record_bytes);
    ask([key = std::move(key), value = std::move(value)](RedisNode& node) {
        node.records().put(key, value);
    });
}

void Implementation::drop(const std::string& key) {
    ask([key](RedisNode& node) {
        node.records().drop(key);
    });
}

void Implementation::send(NodeId to, ByteVector bytes) {
    ENGINE_NET_ASSERT(bytes.size() <= max_message_bytes);
    const std::size_t size = bytes.size();
    const bool is_asked = queues_.ask(
        [to, bytes = std::move(bytes)](RedisNode& node) {
            node.send(to, bytes);
        },
        size,
        false);
    if (!is_asked) ++lost_;
}

void Implementation::cast(std::string topic, std::shared_ptr<const ByteVector> bytes) {
    ENGINE_NET_ASSERT(topic.size() <= max_key_bytes && bytes->size() <= max_message_bytes);
    const std::size_t size = bytes->size();
    const bool is_asked = queues_.ask(
        [topic = std::move(topic), bytes = std::move(bytes)](RedisNode& node) {
            node.cast(topic, *bytes);
        },
        size,
        false);
    if (!is_asked) ++lost_;
}

void Implementation::listen(std::string topic) {
    ask([topic = std::move(topic)](RedisNode& node) {
        node.listen(topic);
    });
}

void Implementation::unlisten(const std::string& topic) {
    ask([topic](RedisNode& node) {
        node.unlisten(topic);
    });
}

bool Implementation::say(std::string channel, ByteVector bytes) {
    ENGINE_NET_ASSERT(channel.size() <= max_key_bytes && bytes.size() <= max_said_bytes);
    if (!waiting_says_.add(bytes.size())) return false;
    ask([channel = std::move(channel), bytes = std::move(bytes)](RedisNode& node) {
        node.channels().say(channel, bytes);
    });
    return true;
}

void Implementation::enter_channel(std::string channel, std::string user, ByteVector bytes) {
    ENGINE_NET_ASSERT(channel.size() <= max_key_bytes && user.size() <= max_key_bytes);
    ask([channel = std::move(channel), user = std::move(user), bytes = std::move(bytes)](
            RedisNode& node) {
        node.channels().enter(channel, user, bytes);
    });
}

void Implementation::leave_channel(const std::string& channel, const std::string& user) {
    ask([channel, user](RedisNode& node) {
        node.channels().leave(channel, user);
    });
}

void Implementation::follow(std::string channel) {
    ask([channel = std::move(channel)](RedisNode& node) {
        node.channels().follow(channel);
    });
}

void Implementation::unfollow(const std::string& channel) {
    ask([channel](RedisNode& node) {
        node.channels().unfollow(channel);
    });
}

void Implementation::claim(std::string name, std::string value, std::chrono::milliseconds time) {
    ask([name = std::move(name), value = std::move(value), time](RedisNode& node) {
        node.claims().claim(name, value, time);
    });
}

void Implementation::release(const std::string& name) {
    ask([name](RedisNode& node) {
        node.claims().release(name);
    });
}

void Implementation::offer(RoomId room,
                           std::vector<std::string> keys,
                           std::uint32_t free_seats,
                           std::uint32_t players) {
    seat_changes_[room].offer = SeatChange::Offer{std::move(keys), free_seats, players};
}

void Implementation::arrived(RoomId room, std::uint64_t reservation) {
    seat_changes_[room].arrived.push_back(reservation);
}

/// All of a step at once, so that an offer and who is counted in it are not told apart.
void Implementation::hand_over_seats() {
    if (seat_changes_.empty()) return;
    ask([changes = std::exchange(seat_changes_, {})](RedisNode& node) {
        for (const auto& [room, change] : changes) node.seats().change(room, change);
    });
}

void Implementation::reserve(std::uint64_t ticket,
                             std::string key,
                             RoomId own,
                             std::uint32_t capacity) {
    hand_over_seats();
    const bool is_asked = queues_.ask(
        [ticket, key = std::move(key), own, capacity](RedisNode& node) {
            node.seats().reserve(ticket, key, own, capacity);
        },
        0,
        false);
    if (!is_asked) told_.emplace_back(tell::Reserved{.ticket = ticket, .has_failed = true});
}

} // namespace

std::unique_ptr<RedisBackplane> RedisBackplane::make(RedisSettings settings) {
    return std::make_unique<Implementation>(std::move(settings));
}

} // namespace engine_net::cluster
