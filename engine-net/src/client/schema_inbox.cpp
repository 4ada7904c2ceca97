#include "client/schema_inbox.hpp"

namespace engine_net {

void SchemaInbox::expect(std::uint64_t digest) {
    clear();
    expected_ = digest;
}

bool SchemaInbox::receive(const wire::SchemaPiece& piece) {
    const wire::SchemaPieceHeader& header = piece.header;
    if (expected_ != header.digest()) return false;
    if (header.offset() == 0) {
        has_begun_ = true;
        schema_bytes_ = header.schema_bytes();
        prior_bytes_ = header.prior_bytes();
        bytes_.clear();
    }
    const bool fits = has_begun_ && schema_bytes_ == header.schema_bytes() &&
                      prior_bytes_ == header.prior_bytes() && bytes_.size() == header.offset();
    if (!fits) return false;
    bytes_.insert(bytes_.end(), piece.run.begin(), piece.run.end());
    return true;
}

bool SchemaInbox::is_whole() const {
    return has_begun_ && bytes_.size() == schema_bytes_ + prior_bytes_;
}

CompiledSchema SchemaInbox::schema() const {
    const Bytes all(bytes_);
    return {all.first(schema_bytes_), all.subspan(schema_bytes_)};
}

} // namespace engine_net
