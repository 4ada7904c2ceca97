#include "client/core.hpp"

#include <algorithm>
#include <utility>

namespace engine_net {

namespace {

/// Schemas that are kept besides one's own. Of more, the oldest that is not in use is forgotten.
constexpr std::size_t most_foreign_schemas = 8;
/// A server that has another schema each time it is asked is not asked for ever.
constexpr int most_schemas_tried = 4;

} // namespace

const KnownSchema* Client::Core::find_schema(std::uint64_t digest) const {
    const auto found = std::ranges::find(schemas_, digest, &KnownSchema::digest);
    return found == schemas_.end() ? nullptr : &*found;
}

/// The join was refused because its room has this schema: it is asked again once that is known.
/// False: there is nothing to try.
bool Client::Core::try_schema(std::uint32_t request, std::uint64_t digest) {
    PendingJoin& pending = joins_.at(request);
    if (digest == pending.digest || pending.schemas_tried == most_schemas_tried) return false;
    pending.digest = digest;
    ++pending.schemas_tried;
    const KnownSchema* const known = find_schema(digest);
    if (digest == schema_->digest() || (known && known->view)) {
        send_join(request);
    } else if (!known) {
        pending.awaits_schema = true;
        fetch_schema();
    } else {
        end_join(request, {RequestError::schema_mismatch, known->refusal, {}, {}, {}});
    }
    return true;
}

/// Asks for one that is awaited, unless one is on its way.
void Client::Core::fetch_schema() {
    if (schema_inbox_.expected()) return;
    if (room_.is_set() && !view_) {
        schema_inbox_.expect(room_digest_);
        return ask_for_schema();
    }
    const auto waiting = std::ranges::find_if(joins_, [](const auto& join) {
        return join.second.awaits_schema;
    });
    if (waiting == joins_.end()) return;
    schema_inbox_.expect(waiting->second.digest);
    ask_for_schema();
}

void Client::Core::ask_for_schema() {
    send_logged(encoder_.request_schema(outgoing_.next_offset(), *schema_inbox_.expected()));
}

void Client::Core::receive_schema(const wire::SchemaPiece& piece) {
    if (!schema_inbox_.receive(piece)) {
        ++stats_.refused.unexpected_messages;
        return;
    }
    if (schema_inbox_.is_whole()) adopt_schema();
}

/// One has come: what waited for it goes on.
void Client::Core::adopt_schema() {
    KnownSchema known{*schema_inbox_.expected(), nullptr, {}};
    auto loaded = ForeignSchema::load({config_.schema, *schema_}, schema_inbox_.schema());
    if (!loaded) {
        known.refusal = loaded.error().text;
    } else if ((*loaded)->schema().digest() != known.digest) {
        known.refusal = "the server sent another schema than it had announced";
    } else {
        known.view = std::make_unique<RoomView>(std::move(*loaded), clock_.ticks_per_second());
    }
    schema_inbox_.clear();
    if (schemas_.size() == most_foreign_schemas) {
        schemas_.erase(std::ranges::find_if(schemas_, [this](const KnownSchema& one) {
            return !view_ || one.view.get() != view_;
        }));
    }
    schemas_.push_back(std::move(known));
    const std::uint64_t digest = schemas_.back().digest;
    const bool is_usable = schemas_.back().view != nullptr;
    const std::string refusal = schemas_.back().refusal;

    if (room_.is_set() && !view_ && room_digest_ == digest) look_at_room();
    std::vector<std::uint32_t> waited;
    for (auto& [request, pending] : joins_) {
        if (pending.digest == digest && std::exchange(pending.awaits_schema, false))
            waited.push_back(request);
    }
    for (const std::uint32_t request : waited) {
        if (is_usable) {
            send_join(request);
        } else if (joins_.contains(request)) {
            end_join(request, {RequestError::schema_mismatch, refusal, {}, {}, {}});
        }
    }
    fetch_schema();
}

/// Sees the room one is in through its schema, as soon as that is known. One in which nothing can
/// be seen is left.
void Client::Core::look_at_room() {
    const KnownSchema* const known = find_schema(room_digest_);
    RoomView* view = known ? known->view.get() : nullptr;
    if (room_digest_ == schema_->digest()) view = &*own_view_;
    if (view != view_) {
        inputs_.clear();
        lacks_input_ = false;
    }
    view_ = view;
    if (view) view->interpolator().set_max_extrapolation(config_.max_extrapolation);
    renew_input();
    if (view) return;
    if (!known) return fetch_schema();
    const std::string refusal = known->refusal;
    leave_room();
    exit_room(LeaveReason::protocol_error, refusal);
}

} // namespace engine_net
