#include "room/schema_sender.hpp"

#include <algorithm>
#include <vector>

namespace engine_net {

void SchemaSender::send(std::size_t count, const std::function<void(Bytes)>& send) {
    const Bytes schema = kind_->compiled.bytes;
    const Bytes prior = kind_->compiled.prior;
    const std::size_t whole = schema.size() + prior.size();
    std::vector<std::uint8_t> message;
    for (; count > 0 && !has_sent_; --count) {
        const wire::SchemaPieceHeader header(wire::BulkKind::schema,
                                             static_cast<std::uint32_t>(schema.size()),
                                             static_cast<std::uint32_t>(prior.size()),
                                             static_cast<std::uint32_t>(offset_),
                                             kind_->schema.digest());
        // A piece is of one of the two.
        const bool is_prior = offset_ >= schema.size();
        const Bytes rest =
            is_prior ? prior.subspan(offset_ - schema.size()) : schema.subspan(offset_);
        const Bytes run = rest.first(std::min(rest.size(), wire::max_schema_run_bytes));
        message.clear();
        wire::encode_schema_piece({header, run}, message);
        send(message);
        offset_ += run.size();
        has_sent_ = offset_ == whole;
    }
}

} // namespace engine_net
