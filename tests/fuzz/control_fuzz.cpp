// What a peer may send on the reliable channels.

#include "wire/control.hpp"
#include "wire/control_walk.hpp"
#include "wire/text.hpp"

#include <cstdlib>

using namespace engine_net;

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // In memory of its own, aligned as the transport's is, with no byte to spare.
    const std::vector<std::uint8_t> message(data, data + size);
    const wire::Envelope* envelope = wire::decode_control(message);
    if (!envelope) return 0;
    static_cast<void>(testing::ControlWalk::over(*envelope));
    const wire::Hello* hello = envelope->message_as_Hello();
    if (hello && !wire::is_utf8(hello->name()->string_view())) std::abort();
    return 0;
}
