// What a peer may send on the inputs channel.

#include "wire/hot.hpp"

#include <engine_net/limits.hpp>

#include <cstdlib>

using namespace engine_net;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

std::vector<std::uint8_t> encoded_again(Bytes message) {
    std::vector<std::uint8_t> again;
    if (const auto input = wire::decode_input(message)) {
        require(input->header.count() <= max_redundant_inputs);
        for (std::size_t i = 0; i < input->header.count(); ++i) {
            require(input->input(i).size() == input->header.input_bytes());
            require(Tick{input->header.newest_tick()} - input->tick_of(i) ==
                    static_cast<std::int32_t>(input->header.count() - 1 - i));
        }
        std::vector<std::uint8_t> inputs;
        for (std::size_t i = 0; i < input->header.count(); ++i) {
            const Bytes one = input->input(i);
            inputs.insert(inputs.end(), one.begin(), one.end());
        }
        wire::encode_input(input->header, inputs, again);
    }
    if (const auto heartbeat = wire::decode_heartbeat(message))
        wire::encode_heartbeat(*heartbeat, again);
    if (const auto event = wire::decode_event(message))
        wire::encode_event(event->room, event->payload, again);
    return again;
}

} // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<std::uint8_t> message(data, data + size);
    const std::vector<std::uint8_t> again = encoded_again(message);
    // A message is of one kind at most, and all of it counts; what need not be said again is not.
    require(again.size() <= message.size());
    return 0;
}
