#include "wire/message_builder.hpp"

#include "wire/text.hpp"

namespace engine_net::wire {

flatbuffers::Offset<flatbuffers::String> MessageBuilder::text(std::string_view text,
                                                              std::size_t max_bytes) {
    if (text.size() <= max_bytes && is_utf8(text))
        return builder.CreateString(text.data(), text.size());
    const std::string usable = to_utf8(text, max_bytes);
    return builder.CreateString(usable);
}

flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> MessageBuilder::payload(Bytes bytes) {
    builder.ForceVectorAlignment(bytes.size(), sizeof(std::uint8_t), 8);
    return builder.CreateVector(bytes.data(), bytes.size());
}

} // namespace engine_net::wire
