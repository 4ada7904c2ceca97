#pragma once

#include "core/bytes.hpp"

#include "control_generated.h"

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace engine_net::wire {

/// What the encoders of control messages share.
class MessageBuilder {
protected:
    /// Good until the builder is cleared.
    template <class Table>
    Bytes finish(flatbuffers::Offset<Table> message, std::uint32_t offset) {
        builder.Finish(
            CreateEnvelope(builder, offset, MessageTraits<Table>::enum_value, message.Union()),
            EnvelopeIdentifier());
        return {builder.GetBufferPointer(), builder.GetSize()};
    }
    /// A table that travels without an envelope.
    template <class Table>
    Bytes finish_bare(flatbuffers::Offset<Table> table) {
        builder.Finish(table);
        return {builder.GetBufferPointer(), builder.GetSize()};
    }
    /// Cut to `max_bytes`, and what is not UTF-8 in it replaced.
    flatbuffers::Offset<flatbuffers::String> text(std::string_view text, std::size_t max_bytes);
    /// Aligned as a FlatBuffer must be.
    flatbuffers::Offset<flatbuffers::Vector<std::uint8_t>> payload(Bytes bytes);

    flatbuffers::FlatBufferBuilder builder;
};

} // namespace engine_net::wire
