#include "cluster/redis_node.hpp"

#include <algorithm>
#include <utility>

namespace engine_net::cluster {

namespace {

constexpr std::string_view nodes_topic = "nodes";
constexpr std::string_view cast_topics = "cast:";
constexpr std::string_view channel_topics = "chan:";
constexpr std::chrono::milliseconds longest_renewal_period{1'000};
/// Messages and casts beyond this are lost.
constexpr std::size_t max_output_bytes = 32 * 1024 * 1024;
/// Members and rooms of dead nodes that are removed at once: some milliseconds of Redis's time.
constexpr const char* clean_steps = "256";

std::string topic_of(NodeId node) {
    return std::string("node:").append(std::to_string(node.value));
}

std::string cast_topic(const std::string& topic) {
    return std::string(cast_topics).append(topic);
}

} // namespace

RedisNode::RedisNode(const Settings& settings, WaitingSays& waiting_says)
    : settings_(settings)
    , seal_(settings.key)
    , link_(settings.address, settings.prefix, std::string(nodes_topic), *this)
    , scope_{.link = link_, .seal = seal_}
    , records_(scope_)
    , channels_(scope_, waiting_says)
    , claims_(scope_)
    , seats_(scope_, settings.reservation_time) {
    scope_.on_refused = [this] {
        scope_.is_in = false;
        enter();
    };
}

void RedisNode::step(Time now, bool is_served) {
    scope_.now = now;
    link_.step(now);
    if (scope_.is_in && is_served && now >= next_renewal_) renew();
    link_.flush();
}

void RedisNode::hold(bool is_held) {
    link_.hold(is_held);
    if (is_held) link_.fail("the server does not take what it is told");
}

void RedisNode::linked() {
    if (!own_topic_.empty()) link_.subscribe(own_topic_);
    for (const std::string& topic : listened_) link_.subscribe(cast_topic(topic));
    channels_.linked();
    if (!was_in() || channels_.needs_new_stay()) return enter();
    renew();
}

void RedisNode::unlinked(const std::string& why) {
    failure_ = why;
    scope_.is_in = false;
    is_cleaning_ = false;
    records_.unlinked();
    channels_.unlinked();
    seats_.unlinked();
    if (std::exchange(is_link_told_, false)) scope_.told.emplace_back(tell::Link{false, why});
}

void RedisNode::subscribed(std::string_view topic) {
    if (!topic.starts_with(channel_topics)) return;
    channels_.subscribed(std::string(topic.substr(channel_topics.size())));
}

void RedisNode::published(std::string_view topic, std::string_view payload) {
    if (topic == nodes_topic) return records_.published(payload);
    if (topic.starts_with(channel_topics))
        return channels_.published(std::string(topic.substr(channel_topics.size())), payload);
    if (topic == own_topic_) {
        const auto frame = hear(FramePurpose::Kind::message, topic, payload);
        if (!frame) return;
        scope_.told.emplace_back(
            tell::Message{frame->from, {frame->bytes.begin(), frame->bytes.end()}});
    } else if (topic.starts_with(cast_topics)) {
        const std::string name(topic.substr(cast_topics.size()));
        const auto frame = hear(FramePurpose::Kind::cast, topic, payload);
        if (!frame || !listened_.contains(name)) return;
        scope_.told.emplace_back(
            tell::Cast{frame->from.node, name, {frame->bytes.begin(), frame->bytes.end()}});
    }
}

/// Not what was heard before, nor what an earlier stay of that node has said.
std::optional<Frame>
RedisNode::hear(FramePurpose::Kind kind, std::string_view topic, std::string_view payload) {
    auto frame = scope_.open({kind, topic}, payload, max_message_bytes);
    if (!frame) return std::nullopt;
    Heard& heard = heard_[frame->from.node];
    const bool is_new = frame->from.epoch > heard.epoch ||
                        (frame->from.epoch == heard.epoch && frame->sequence > heard.sequence);
    if (!is_new) return std::nullopt;
    heard = {frame->from.epoch, frame->sequence};
    return frame;
}

void RedisNode::enter() {
    link_.run(RedisScript::enter,
              {settings_.name,
               instance_,
               std::to_string(scope_.stay.node.value),
               std::to_string(scope_.stay.epoch),
               std::to_string(settings_.lease_time.count())},
              [this](const RedisReply& reply) {
                  entered(reply);
              });
}

void RedisNode::entered(const RedisReply& reply) {
    const std::uint64_t number = reply[0].number().value_or(0);
    const std::uint64_t epoch = reply[1].number().value_or(0);
    if (number == 0 || number > max_nodes) return link_.fail("no number is free for this node");
    if (epoch <= scope_.stay.epoch) return link_.fail("Redis gives an old epoch");
    const bool is_first = !was_in();
    scope_.stay = {NodeId{static_cast<std::uint16_t>(number)}, epoch};
    const std::string topic = topic_of(scope_.stay.node);
    if (topic != own_topic_) {
        if (!own_topic_.empty()) link_.unsubscribe(own_topic_);
        own_topic_ = topic;
        link_.subscribe(own_topic_);
    }
    is_link_told_ = is_link_told_ || is_first;
    come_in(true);
    if (!is_first) scope_.told.emplace_back(tell::Entered{scope_.stay});
    renew();
}

void RedisNode::come_in(bool is_new_stay) {
    scope_.is_in = true;
    in_since_ = scope_.now;
    if (!std::exchange(is_link_told_, true)) scope_.told.emplace_back(tell::Link{.is_up = true});
    records_.say_all();
    channels_.say_again(is_new_stay);
    claims_.say_again();
    seats_.say_again();
}

bool RedisNode::is_steady() const {
    return scope_.is_in && scope_.now - in_since_ >= settings_.lease_time;
}

void RedisNode::renew() {
    next_renewal_ = scope_.now + std::min(longest_renewal_period, settings_.lease_time / 3);
    RedisConnection::Arguments arguments = scope_.arguments();
    arguments.push_back(std::to_string(settings_.lease_time.count()));
    arguments.push_back(settings_.name);
    arguments.emplace_back(is_steady() ? "1" : "0");
    const std::uint64_t epoch = scope_.stay.epoch;
    link_.run(RedisScript::renew, std::move(arguments), [this, epoch](const RedisReply& reply) {
        if (scope_.stay.epoch == epoch) renewed(reply);
    });
}

void RedisNode::renewed(const RedisReply& reply) {
    if (reply[0].number() != 1) {
        scope_.is_in = false;
        return enter();
    }
    if (!scope_.is_in) come_in(false);
    std::vector<RedisRecords::Listed> nodes;
    nodes.reserve(reply.size() / 3);
    for (std::size_t i = 2; i + 2 < reply.size(); i += 3) {
        const std::uint64_t number = reply[i].number().value_or(0);
        const std::uint64_t epoch = reply[i + 1].number().value_or(0);
        if (number == 0 || number > max_nodes || epoch == 0) continue;
        nodes.push_back({{NodeId{static_cast<std::uint16_t>(number)}, epoch},
                         reply[i + 2].number().value_or(0)});
    }
    records_.listed(nodes, is_steady());
    if (reply[1].number().value_or(0) > 0 && !is_cleaning_) clean();
}

/// Goes on as long as there is something of dead nodes; any node may do it, and several at a time.
void RedisNode::clean() {
    is_cleaning_ = true;
    link_.run(RedisScript::clean, {clean_steps}, [this](const RedisReply& reply) {
        if (reply.number().value_or(0) > 0) return clean();
        is_cleaning_ = false;
    });
}

void RedisNode::leave() {
    if (!scope_.is_in) return;
    claims_.release_all();
    link_.run(RedisScript::leave, scope_.arguments(), [](const RedisReply&) {});
    scope_.is_in = false;
    clean();
}

void RedisNode::publish(FramePurpose::Kind kind,
                        const std::string& topic,
                        const ByteVector& bytes) {
    if (!scope_.is_in || link_.output_bytes() > max_output_bytes) {
        scope_.lost.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    link_.publish(topic, seal_.seal({kind, topic}, scope_.stay, bytes));
}

void RedisNode::send(NodeId to, const ByteVector& bytes) {
    publish(FramePurpose::Kind::message, topic_of(to), bytes);
}

void RedisNode::cast(const std::string& topic, const ByteVector& bytes) {
    publish(FramePurpose::Kind::cast, cast_topic(topic), bytes);
}

void RedisNode::listen(const std::string& topic) {
    if (listened_.insert(topic).second) link_.subscribe(cast_topic(topic));
}

void RedisNode::unlisten(const std::string& topic) {
    if (listened_.erase(topic) > 0) link_.unsubscribe(cast_topic(topic));
}

} // namespace engine_net::cluster
