#include "lobby-watch/model/saved_bytes.hpp"

#include <string>

namespace watch {

SavedTable saved_bytes(const ByteHistory& snapshots, const MessageTable& messages) {
    SavedTable table;
    table.columns = {"of",
                     "type_or_channel",
                     "field_or_kind",
                     "messages_in_per_s",
                     "bytes_in_per_s",
                     "messages_out_per_s",
                     "bytes_out_per_s",
                     "bits_per_datagram"};
    table.rows.reserve(snapshots.rows().size() + messages.rows().size());
    for (const ByteRow& row : snapshots.rows()) {
        table.rows.push_back({std::string("room"),
                              row.type,
                              row.field,
                              0.0,
                              0.0,
                              0.0,
                              row.bytes_per_s,
                              row.bits_per_datagram});
    }
    for (const MessageRow& row : messages.rows()) {
        table.rows.push_back({std::string("server"),
                              row.channel,
                              row.kind,
                              row.messages_in,
                              row.bytes_in,
                              row.messages_out,
                              row.bytes_out,
                              0.0});
    }
    return table;
}

} // namespace watch
