#include "cluster/redis_connection.hpp"

#include <hiredis/sds.h>
#include <utility>

namespace engine_net::cluster {

namespace {

/// The most that is read of one reply before it is whole.
constexpr std::size_t max_reply_bytes = 64 * 1024 * 1024;

} // namespace

RedisConnection::RedisConnection(const RedisAddress& address)
    : context_(redisConnectNonBlock(address.host.c_str(), address.port)) {
    if (!context_) {
        fail("there is no memory for a connection");
    } else if (context_->err != 0) {
        fail(&context_->errstr[0]);
    }
}

void RedisConnection::ask(const Arguments& arguments, OnReply on_reply, Time now) {
    if (failure_) return;
    if (asked_.empty()) waits_since_ = now;
    asked_.push_back(std::move(on_reply));
    append(arguments);
}

void RedisConnection::tell(const Arguments& arguments) {
    if (!failure_) append(arguments);
}

void RedisConnection::append(const Arguments& arguments) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    texts.reserve(arguments.size());
    lengths.reserve(arguments.size());
    for (const std::string& argument : arguments) {
        texts.push_back(argument.data());
        lengths.push_back(argument.size());
    }
    const int count = static_cast<int>(arguments.size());
    if (redisAppendCommandArgv(context_.get(), count, texts.data(), lengths.data()) != REDIS_OK)
        return fail("there is no memory for what is to be sent");
    has_output_ = true;
}

void RedisConnection::send() {
    if (failure_) return;
    int is_done = 0;
    if (redisBufferWrite(context_.get(), &is_done) != REDIS_OK) return fail(&context_->errstr[0]);
    has_output_ = is_done == 0;
}

void RedisConnection::receive(Time now) {
    if (failure_) return;
    if (redisBufferRead(context_.get()) != REDIS_OK) return fail(&context_->errstr[0]);
    while (!failure_) {
        void* reply = nullptr;
        if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK)
            return fail(&context_->errstr[0]);
        if (!reply) break;
        take_reply(RedisReply(static_cast<const redisReply*>(reply)), now);
        freeReplyObject(reply);
    }
    if (context_->reader->len > max_reply_bytes) fail("a reply is too long");
}

void RedisConnection::take_reply(const RedisReply& reply, Time now) {
    if (asked_.empty()) {
        if (on_other_) on_other_(reply);
        return;
    }
    const OnReply on_reply = std::move(asked_.front());
    asked_.pop_front();
    waits_since_ = now;
    if (reply.is_error()) return fail(std::string(reply.text()));
    on_reply(reply);
}

void RedisConnection::fail(std::string why) {
    if (!failure_) failure_ = std::move(why);
}

std::optional<Time> RedisConnection::waits_since() const {
    return asked_.empty() ? std::nullopt : waits_since_;
}

std::size_t RedisConnection::output_bytes() const {
    return context_ && context_->obuf ? sdslen(context_->obuf) : 0;
}

} // namespace engine_net::cluster
