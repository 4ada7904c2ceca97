#include "cluster/redis_claims.hpp"

#include "core/bytes.hpp"

#include <utility>

namespace engine_net::cluster {

void RedisClaims::claim(const std::string& name,
                        std::string value,
                        std::chrono::milliseconds time) {
    released_.erase(name);
    Claim& claim = claims_[name];
    claim = {std::move(value), scope_.now + time};
    if (scope_.is_in) send(name, claim);
}

void RedisClaims::release(const std::string& name) {
    if (claims_.erase(name) == 0) return;
    released_.insert(name);
    if (scope_.is_in) send_release(name);
}

void RedisClaims::release_all() {
    for (const auto& [name, claim] : claims_) send_release(name);
}

void RedisClaims::say_again() {
    for (const std::string& name : released_) send_release(name);
    std::erase_if(claims_, [&](const auto& one) {
        return one.second.end <= scope_.now;
    });
    for (const auto& [name, claim] : claims_) send(name, claim);
}

void RedisClaims::send(const std::string& name, const Claim& claim) {
    const Bytes value(reinterpret_cast<const std::uint8_t*>(claim.value.data()),
                      claim.value.size());
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(claim.end - scope_.now);
    scope_.link.run(RedisScript::claim,
                    {name,
                     std::to_string(scope_.stay.node.value),
                     scope_.seal.seal({FramePurpose::Kind::claim, name}, scope_.stay, value),
                     std::to_string(std::max<std::int64_t>(1, left.count()))},
                    [this, name](const RedisReply& reply) {
                        take_claim(name, reply);
                    });
}

void RedisClaims::send_release(const std::string& name) {
    scope_.link.run(RedisScript::release,
                    {name, std::to_string(scope_.stay.node.value)},
                    [this, name](const RedisReply&) {
                        released_.erase(name);
                    });
}

void RedisClaims::take_claim(const std::string& name, const RedisReply& reply) {
    const auto frame =
        scope_.open({FramePurpose::Kind::claim, name}, reply[1].text(), max_record_bytes);
    if (!frame || reply[0].number() != frame->from.node.value) return;
    const NodeId holder = frame->from.node;
    if (holder != scope_.stay.node) claims_.erase(name);
    scope_.told.emplace_back(
        tell::Claimed{name, holder, std::string(frame->bytes.begin(), frame->bytes.end())});
}

} // namespace engine_net::cluster
