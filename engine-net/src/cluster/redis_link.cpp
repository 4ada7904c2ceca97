#include "cluster/redis_link.hpp"

#include <algorithm>
#include <poll.h>
#include <utility>

namespace engine_net::cluster {

RedisLink::RedisLink(RedisAddress address,
                     std::string prefix,
                     std::string base_topic,
                     Listener& listener)
    : address_(std::move(address))
    , prefix_(std::move(prefix))
    , base_topic_(std::move(base_topic))
    , listener_(listener) {}

void RedisLink::fail(std::string why) {
    if (failure_.empty()) failure_ = std::move(why);
}

void RedisLink::run(RedisScript script, RedisConnection::Arguments arguments, OnReply on_reply) {
    if (!is_up_) return;
    const auto index = static_cast<std::size_t>(script);
    arguments.insert(arguments.begin(), {"EVALSHA", script_names_[index], "0", prefix_});
    questions_->ask(arguments, std::move(on_reply), now_);
}

void RedisLink::publish(std::string_view topic, std::string payload) {
    if (!is_up_) return;
    RedisConnection::Arguments arguments{"PUBLISH", prefix_, std::move(payload)};
    arguments[1].append(topic);
    questions_->ask(
        arguments, [](const RedisReply&) {}, now_);
}

void RedisLink::subscribe(std::string_view topic) {
    if (topics_) topics_->tell({"SUBSCRIBE", std::string(prefix_).append(topic)});
}

void RedisLink::unsubscribe(std::string_view topic) {
    if (topics_) topics_->tell({"UNSUBSCRIBE", std::string(prefix_).append(topic)});
}

std::size_t RedisLink::output_bytes() const {
    return questions_ ? questions_->output_bytes() : 0;
}

std::size_t RedisLink::unanswered() const {
    return questions_ ? questions_->unanswered() : 0;
}

void RedisLink::step(Time now) {
    now_ = now;
    check(now);
    if (!failure_.empty()) close(std::exchange(failure_, {}));
    if (!questions_ && !is_held_ && now >= next_try_) connect();
    if (is_up_ && now - up_since_ > longest_pause) pause_ = shortest_pause;
    if (!is_up_ || now < next_ping_) return;
    next_ping_ = now + ping_period;
    topics_->tell({"PING"});
    if (pings_++ == 0) heard_at_ = now;
}

/// Whether both connections are as they should be.
void RedisLink::check(Time now) {
    if (!questions_) return;
    for (const RedisConnection* const connection : {questions_.get(), topics_.get()}) {
        if (connection->failure()) return fail(*connection->failure());
        const auto since = connection->waits_since();
        if (since && now - *since > patience) return fail("Redis does not answer");
    }
    if (pings_ > 0 && now - heard_at_ > patience) fail("Redis does not answer");
}

void RedisLink::connect() {
    questions_ = std::make_unique<RedisConnection>(address_);
    topics_ = std::make_unique<RedisConnection>(address_);
    next_try_ = now_ + pause_;
    pause_ = std::min(2 * pause_, longest_pause);
    scripts_loaded_ = 0;
    hears_base_ = false;
    pings_ = 1; // the subscription is to be answered as well
    heard_at_ = now_;
    greet(*questions_);
    load_scripts();
    greet(*topics_);
    topics_->on_other([this](const RedisReply& reply) {
        hear(reply);
    });
    subscribe(base_topic_);
}

void RedisLink::greet(RedisConnection& connection) {
    const auto ignore = [](const RedisReply&) {};
    RedisConnection::Arguments login{"AUTH"};
    if (!address_.user.empty()) login.push_back(address_.user);
    login.push_back(address_.password);
    if (!address_.password.empty()) connection.ask(login, ignore, now_);
    if (address_.database != 0)
        connection.ask({"SELECT", std::to_string(address_.database)}, ignore, now_);
}

void RedisLink::load_scripts() {
    for (std::size_t i = 0; i < redis_script_count; ++i) {
        const auto loaded = [this, i](const RedisReply& reply) {
            script_names_[i] = reply.text();
            ++scripts_loaded_;
            come_up();
        };
        questions_->ask({"SCRIPT", "LOAD", source_of(static_cast<RedisScript>(i))}, loaded, now_);
    }
}

void RedisLink::come_up() {
    if (is_up_ || scripts_loaded_ < redis_script_count || !hears_base_) return;
    is_up_ = true;
    up_since_ = now_;
    next_ping_ = now_;
    listener_.linked();
}

void RedisLink::hear(const RedisReply& reply) {
    if (reply.is_error()) return fail(std::string(reply.text()));
    heard_at_ = now_;
    const std::string_view kind = reply[0].text();
    if (kind == "pong") {
        if (pings_ > 0) --pings_;
        return;
    }
    std::string_view topic = reply[1].text();
    if (!topic.starts_with(prefix_)) return;
    topic.remove_prefix(prefix_.size());
    if (kind == "message") return listener_.published(topic, reply[2].text());
    if (kind != "subscribe") return;
    if (topic != base_topic_) return listener_.subscribed(topic);
    hears_base_ = true;
    if (pings_ > 0) --pings_;
    come_up();
}

void RedisLink::close(const std::string& why) {
    questions_.reset();
    topics_.reset();
    is_up_ = false;
    next_try_ = std::max(next_try_, now_ + pause_);
    listener_.unlinked(why);
}

void RedisLink::wait(int wake_file, std::chrono::milliseconds time) {
    std::array<pollfd, 3> files{{{wake_file, POLLIN, 0}, {-1, POLLIN, 0}, {-1, POLLIN, 0}}};
    const std::array<RedisConnection*, 2> connections{questions_.get(), topics_.get()};
    for (std::size_t i = 0; i < connections.size(); ++i) {
        if (!connections[i]) continue;
        files[i + 1].fd = connections[i]->file();
        if (connections[i]->has_output()) files[i + 1].events |= POLLOUT;
    }
    poll(files.data(), files.size(), static_cast<int>(time.count()));
    now_ = Clock::now();
    for (std::size_t i = 0; i < connections.size(); ++i) {
        if (!connections[i]) continue;
        if ((files[i + 1].revents & POLLOUT) != 0) connections[i]->send();
        if ((files[i + 1].revents & (POLLIN | POLLERR | POLLHUP)) != 0)
            connections[i]->receive(now_);
    }
}

void RedisLink::flush() {
    for (RedisConnection* const connection : {questions_.get(), topics_.get()}) {
        if (connection && connection->has_output()) connection->send();
    }
}

} // namespace engine_net::cluster
