#include "cluster/local_backplane.hpp"

#include "cluster/local_service.hpp"
#include "core/assert.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace engine_net::cluster {

namespace {

constexpr std::chrono::seconds reservation_time{15};

class LocalBackplane final : public Backplane {
public:
    LocalBackplane(std::shared_ptr<LocalService> service, std::string name)
        : service_(std::move(service)) {
        self_.name = std::move(name);
        service_->attach(self_);
    }
    ~LocalBackplane() override { service_->detach(self_); }
    LocalBackplane(const LocalBackplane&) = delete;
    LocalBackplane& operator=(const LocalBackplane&) = delete;

    Result<NodeStay, std::string> start() override;
    std::vector<Tell> take(Time now) override;

    void put(std::string key, ByteVector value) override;
    void drop(const std::string& key) override;

    void send(NodeId to, ByteVector bytes) override;
    void cast(std::string topic, std::shared_ptr<const ByteVector> bytes) override;
    void listen(std::string topic) override { self_.topics.insert(std::move(topic)); }
    void unlisten(const std::string& topic) override { self_.topics.erase(topic); }

    bool say(std::string channel, ByteVector bytes) override;
    void enter_channel(std::string channel, std::string user, ByteVector bytes) override;
    void leave_channel(const std::string& channel, const std::string& user) override;
    void follow(std::string channel) override;
    void unfollow(const std::string& channel) override { self_.followed.erase(channel); }

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
    /// On a channel, while the service is away.
    struct Waiting {
        EntryKind kind = EntryKind::said;
        std::string channel{};
        std::string user{};
        ByteVector bytes{};
    };
    struct Offer {
        std::vector<std::string> keys{};
        std::uint32_t free_seats = 0;
        std::uint32_t players = 0;
    };
    struct Claim {
        std::string value{};
        Time end{};
    };

    /// What is done now reaches the service.
    [[nodiscard]] bool is_in() const { return self_.is_linked && service_->is_live(self_.stay); }
    void come_back();
    void enter_anew();
    void do_waiting();
    void do_one(const Waiting& one);
    void renew_claims();
    void flush_offers();

    std::shared_ptr<LocalService> service_;
    LocalNode self_;
    bool has_begun_ = false;
    Time last_take_{};
    Time linked_since_{}; ///< and with a lease
    std::map<std::string, ByteVector> records_;
    std::map<std::string, std::map<std::string, ByteVector>> members_; ///< by channel, user
    std::map<std::string, Claim> claims_;
    std::vector<std::string> released_; ///< while the service is away
    std::map<RoomId, Offer> offers_;
    std::vector<RoomId> changed_offers_;
    std::vector<std::pair<RoomId, std::uint64_t>> arrived_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
};

Result<NodeStay, std::string> LocalBackplane::start() {
    if (!self_.is_reachable) return Unexpected(std::string("the service is away"));
    if (!service_->enter(self_)) return Unexpected(std::string("there are too many nodes"));
    return self_.stay;
}

std::vector<Tell> LocalBackplane::take(Time now) {
    service_->advance(now);
    if (now - std::exchange(last_take_, now) > service_->lease_time()) linked_since_ = now;
    if (self_.is_reachable) {
        come_back();
        service_->renew(self_.stay);
        flush_offers();
        if (now - linked_since_ >= service_->lease_time()) {
            service_->end_lapsed_stays();
            service_->tell_of_gone_nodes(self_);
        }
    }
    return std::exchange(self_.told, {});
}

/// After it was away, or has forgotten this node; and at first, when time begins.
void LocalBackplane::come_back() {
    const bool was_linked = std::exchange(self_.is_linked, true);
    const bool has_stay = service_->is_live(self_.stay);
    if (was_linked && has_stay) return;
    linked_since_ = last_take_;
    if (!std::exchange(has_begun_, true)) {
        for (auto& [name, claim] : claims_) claim.end += last_take_ - Time{};
    } else if (!was_linked) {
        self_.told.emplace_back(tell::Link{.is_up = true});
    }
    if (!has_stay) enter_anew();
    if (!service_->is_live(self_.stay)) return;
    service_->replace_records(self_.stay, records_);
    std::vector<RoomId> offered;
    offered.reserve(offers_.size());
    for (const auto& [room, offer] : offers_) offered.push_back(room);
    service_->seats().withdraw_all(self_.stay, offered);
    changed_offers_ = offered;
    do_waiting();
    renew_claims();
    service_->catch_up(self_);
}

void LocalBackplane::enter_anew() {
    if (!service_->enter(self_)) return;
    self_.told.emplace_back(tell::Entered{self_.stay});
    std::erase_if(waiting_, [](const Waiting& one) {
        return one.kind != EntryKind::said;
    });
    for (const auto& [channel, users] : members_) {
        for (const auto& [user, bytes] : users)
            service_->enter_channel(self_.stay, channel, user, bytes);
    }
}

void LocalBackplane::do_waiting() {
    for (const Waiting& one : std::exchange(waiting_, {})) do_one(one);
    waiting_bytes_ = 0;
}

void LocalBackplane::do_one(const Waiting& one) {
    switch (one.kind) {
    case EntryKind::said: return service_->say(one.channel, one.bytes);
    case EntryKind::joined:
        return service_->enter_channel(self_.stay, one.channel, one.user, one.bytes);
    case EntryKind::left: return service_->leave_channel(self_.stay, one.channel, one.user);
    }
}

void LocalBackplane::put(std::string key, ByteVector value) {
    ENGINE_NET_ASSERT(key.size() <= max_key_bytes && value.size() <= max_record_bytes);
    if (is_in()) service_->put(self_.stay, key, value);
    records_[std::move(key)] = std::move(value);
}

void LocalBackplane::drop(const std::string& key) {
    if (is_in()) service_->drop(self_.stay, key);
    records_.erase(key);
}

void LocalBackplane::send(NodeId to, ByteVector bytes) {
    ENGINE_NET_ASSERT(bytes.size() <= max_message_bytes);
    if (is_in()) service_->send(self_.stay, to, bytes);
}

void LocalBackplane::cast(std::string topic, std::shared_ptr<const ByteVector> bytes) {
    ENGINE_NET_ASSERT(bytes->size() <= max_message_bytes);
    if (is_in()) service_->cast(self_.stay.node, topic, *bytes);
}

bool LocalBackplane::say(std::string channel, ByteVector bytes) {
    ENGINE_NET_ASSERT(channel.size() <= max_key_bytes && bytes.size() <= max_said_bytes);
    if (is_in()) {
        service_->say(channel, std::move(bytes));
        return true;
    }
    if (waiting_.size() >= max_waiting_says ||
        waiting_bytes_ + bytes.size() > max_waiting_say_bytes)
        return false;
    waiting_bytes_ += bytes.size();
    waiting_.push_back({.channel = std::move(channel), .bytes = std::move(bytes)});
    return true;
}

void LocalBackplane::enter_channel(std::string channel, std::string user, ByteVector bytes) {
    members_[channel][user] = bytes;
    Waiting one{EntryKind::joined, std::move(channel), std::move(user), std::move(bytes)};
    if (is_in()) return do_one(one);
    waiting_.push_back(std::move(one));
}

void LocalBackplane::leave_channel(const std::string& channel, const std::string& user) {
    const auto users = members_.find(channel);
    if (users == members_.end() || users->second.erase(user) == 0) return;
    if (users->second.empty()) members_.erase(users);
    Waiting one{.kind = EntryKind::left, .channel = channel, .user = user};
    if (is_in()) return do_one(one);
    waiting_.push_back(std::move(one));
}

void LocalBackplane::follow(std::string channel) {
    const bool is_new = self_.followed.try_emplace(channel).second;
    if (is_new && is_in()) service_->tell_followed(self_, channel);
}

void LocalBackplane::claim(std::string name, std::string value, std::chrono::milliseconds time) {
    if (is_in()) {
        const tell::Claimed claimed = service_->claim(self_.stay.node, name, value, time);
        self_.told.emplace_back(claimed);
        if (claimed.holder != self_.stay.node) {
            claims_.erase(name);
            return;
        }
    }
    claims_[std::move(name)] = {std::move(value), last_take_ + time};
}

void LocalBackplane::release(const std::string& name) {
    if (claims_.erase(name) == 0) return;
    if (is_in()) return service_->release(self_.stay.node, name);
    released_.push_back(name);
}

void LocalBackplane::renew_claims() {
    for (const std::string& name : std::exchange(released_, {})) {
        if (!claims_.contains(name)) service_->release(self_.stay.node, name);
    }
    const Time now = service_->now();
    std::erase_if(claims_, [&](const auto& one) {
        const auto& [name, claim] = one;
        if (claim.end <= now) return true;
        const tell::Claimed claimed =
            service_->claim(self_.stay.node, name, claim.value, claim.end - now);
        self_.told.emplace_back(claimed);
        return claimed.holder != self_.stay.node;
    });
}

void LocalBackplane::offer(RoomId room,
                           std::vector<std::string> keys,
                           std::uint32_t free_seats,
                           std::uint32_t players) {
    changed_offers_.push_back(room);
    offers_[room] = {std::move(keys), free_seats, players};
}

/// An offer and who has arrived by then count at once, so that no seat is given twice.
void LocalBackplane::flush_offers() {
    if (!is_in()) return;
    for (const auto& [room, reservation] : std::exchange(arrived_, {}))
        service_->seats().arrived(room, reservation);
    for (const RoomId room : std::exchange(changed_offers_, {})) {
        const auto found = offers_.find(room);
        if (found == offers_.end()) continue;
        const Offer& offer = found->second;
        service_->seats().offer(
            self_.stay, room, offer.keys, offer.free_seats, offer.players, service_->now());
        if (offer.keys.empty() || offer.free_seats == 0) offers_.erase(found);
    }
}

void LocalBackplane::reserve(std::uint64_t ticket,
                             std::string key,
                             RoomId own,
                             std::uint32_t capacity) {
    flush_offers();
    tell::Reserved reserved{.ticket = ticket, .has_failed = !is_in()};
    if (is_in()) {
        const LocalSeats::Reservation seat =
            service_->seats().reserve(self_.stay, key, own, capacity, service_->now());
        reserved.is_new = seat.is_new;
        reserved.room = seat.room;
        reserved.reservation = seat.number;
    }
    self_.told.emplace_back(reserved);
}

void LocalBackplane::arrived(RoomId room, std::uint64_t reservation) {
    arrived_.emplace_back(room, reservation);
}

} // namespace

LocalCluster::LocalCluster(Duration lease_time)
    : service_(std::make_shared<LocalService>(lease_time, reservation_time)) {}

std::unique_ptr<Backplane> LocalCluster::node(std::string name) {
    return std::make_unique<LocalBackplane>(service_, std::move(name));
}

void LocalCluster::set_reachable(bool is_reachable) {
    service_->set_reachable(is_reachable);
}

void LocalCluster::set_reachable(std::string_view name, bool is_reachable) {
    for (LocalNode* const node : service_->nodes()) {
        if (node->name == name) node->set_reachable(is_reachable);
    }
}

void LocalCluster::forget_everything() {
    service_->forget_everything();
}

} // namespace engine_net::cluster
