// What anyone may send to the port of MQTT, in pieces whose lengths the first byte gives; and the
// second byte a filter's length, for what comes after it.

#include "bridge/mqtt_packet.hpp"
#include "bridge/mqtt_topic.hpp"
#include "bridge/mqtt_writer.hpp"
#include "wire/text.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

using namespace engine_net;
using namespace engine_net::bridge::mqtt;

namespace {

constexpr std::size_t most_packet_bytes = 512;

void require(bool condition) {
    if (!condition) std::abort();
}

void require_text(const std::string& text) {
    require(wire::is_utf8(text) && text.find('\0') == std::string::npos);
}

void check(const Connect& connect) {
    require(connect.version == version_4 || connect.version == version_5);
    require_text(connect.client_id);
    if (connect.will) require(connect.will->qos < 3);
}

void check(const Publish& publish) {
    require_text(publish.topic);
    require(publish.qos < 3 && (publish.qos == 0) == (publish.id == 0));
    require(!publish.topic.empty() || publish.properties.topic_alias);
    const Target target = target_of(publish.topic);
    require((target.subject == Subject::none || target.subject == Subject::document) ==
            target.channel.empty());
    if (target.subject != Subject::channel) return;
    const auto topics = topics_of(target.channel, true);
    require(std::ranges::find(topics, publish.topic) != topics.end());
    // What is sent can be read again, by who has said hello.
    const auto sent =
        make_publish(version_4, {.topic = publish.topic, .payload = publish.payload}, 0);
    require(sent->size() >= publish.topic.size() + publish.payload.size());
}

void check(const Puback& puback) {
    require(puback.id != 0);
}

void check(const Subscribe& subscribe) {
    require(subscribe.id != 0 && !subscribe.subscriptions.empty());
    for (const Subscription& one : subscribe.subscriptions) {
        require_text(one.filter);
        require(one.qos < 3 && one.retain_handling < 3);
        if (is_topic_filter(one.filter) && !has_wildcard(one.filter))
            require(is_topic_name(one.filter) && matches(one.filter, one.filter));
    }
}

void check(const Unsubscribe& unsubscribe) {
    require(unsubscribe.id != 0 && !unsubscribe.filters.empty());
}

void check(const Pingreq& /*ping*/) {}
void check(const Disconnect& /*disconnect*/) {}

void read_packets(Bytes bytes, std::size_t step) {
    PacketReader reader(most_packet_bytes);
    while (!bytes.empty() && reader.error() == Reason::success) {
        const Bytes piece = bytes.first(std::min(step, bytes.size()));
        bytes = bytes.subspan(piece.size());
        // Memory of its own, so that a read past the end is seen.
        const std::vector<std::uint8_t> own(piece.begin(), piece.end());
        Bytes rest = own;
        while (const auto packet = reader.read(rest)) {
            std::visit(
                [](const auto& one) {
                    check(one);
                },
                *packet);
        }
        require(rest.empty() || reader.error() != Reason::success);
    }
}

void match(std::string_view text, std::size_t length) {
    const std::string_view filter = text.substr(0, length);
    const std::string_view topic = text.substr(filter.size());
    if (is_topic_filter(filter) && is_topic_name(topic)) (void)matches(filter, topic);
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const Bytes rest = Bytes(data, size).subspan(2);
    read_packets(rest, std::max<std::size_t>(data[0], 1));
    match({reinterpret_cast<const char*>(rest.data()), rest.size()}, data[1]);
    return 0;
}
