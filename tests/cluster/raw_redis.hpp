#pragma once

#include "cluster/redis_reply.hpp"
#include "core/broken_pipes.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <hiredis/hiredis.h>
#include <memory>
#include <string>
#include <vector>

/// Whatever else may speak with a Redis.
class RawRedis {
public:
    explicit RawRedis(std::uint16_t port) : context_(redisConnect("127.0.0.1", port)) {
        engine_net::survive_broken_pipes();
        REQUIRE(context_);
        REQUIRE(context_->err == 0);
    }

    /// The answer, until the next one.
    engine_net::cluster::RedisReply ask(const std::vector<std::string>& arguments) {
        std::vector<const char*> texts;
        std::vector<std::size_t> lengths;
        texts.reserve(arguments.size());
        lengths.reserve(arguments.size());
        for (const std::string& argument : arguments) {
            texts.push_back(argument.data());
            lengths.push_back(argument.size());
        }
        reply_.reset(static_cast<redisReply*>(redisCommandArgv(
            context_.get(), static_cast<int>(texts.size()), texts.data(), lengths.data())));
        REQUIRE(reply_);
        return engine_net::cluster::RedisReply(reply_.get());
    }

private:
    struct Free {
        void operator()(redisContext* context) const { redisFree(context); }
        void operator()(redisReply* reply) const { freeReplyObject(reply); }
    };

    std::unique_ptr<redisContext, Free> context_;
    std::unique_ptr<redisReply, Free> reply_;
};
