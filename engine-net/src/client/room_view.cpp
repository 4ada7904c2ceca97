#include "client/room_view.hpp"

#include <engine_net/limits.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace engine_net {

RoomView::RoomView(const ReplicatedSchema& own, std::uint32_t tick_rate)
    : schema_(own)
    , codec_(own.types(), tick_rate, own.priors())
    , replica_(own, &codec_)
    , interpolator_(own, tick_rate) {}

RoomView::RoomView(std::unique_ptr<const ForeignSchema> foreign, std::uint32_t tick_rate)
    : foreign_(std::move(foreign))
    , schema_(foreign_->schema())
    , codec_(schema_.types(), tick_rate, schema_.priors())
    , replica_(schema_, &codec_)
    , interpolator_(schema_, tick_rate) {}

void RoomView::begin_again() {
    interpolator_.hold(replica_);
    replica_.begin_again();
}

void RoomView::clear(std::optional<Tick> floor) {
    replica_.clear(floor);
    interpolator_.clear();
}

void RoomView::each_of_server(const char* type,
                              Shown shown,
                              const std::function<void(EntityId, const void*)>& visit) const {
    switch (shown) {
    case Shown::predicted: // is the client's business
    case Shown::interpolated: return interpolator_.each(type, visit);
    case Shown::newest: return replica_.each(type, visit);
    }
}

bool RoomView::find_of_server(const char* type, EntityId id, Shown shown, void* state) const {
    switch (shown) {
    case Shown::predicted:
    case Shown::interpolated: return interpolator_.find(type, id, state);
    case Shown::newest: return replica_.find(type, id, state);
    }
    return false;
}

void RoomView::each(const char* type,
                    Shown shown,
                    const std::function<void(EntityId, const void*)>& visit) const {
    if (!foreign_) return each_of_server(type, shown, visit);
    const StructConversion* const conversion = foreign_->to_own(type);
    if (!conversion) return;
    StructBytes own;
    each_of_server(type, shown, [&](EntityId id, const void* state) {
        conversion->convert(static_cast<const std::uint8_t*>(state), own.data());
        visit(id, own.data());
    });
}

bool RoomView::find(const char* type, EntityId id, Shown shown, void* state) const {
    if (!foreign_) return find_of_server(type, id, shown, state);
    const StructConversion* const conversion = foreign_->to_own(type);
    StructBytes theirs;
    if (!conversion || !find_of_server(type, id, shown, theirs.data())) return false;
    conversion->convert(theirs.data(), static_cast<std::uint8_t*>(state));
    return true;
}

std::optional<Tick> RoomView::find_told(const char* type, EntityId id, void* state) const {
    if (!foreign_) return replica_.find_told(type, id, state);
    const StructConversion* const conversion = foreign_->to_own(type);
    if (!conversion) return std::nullopt;
    StructBytes theirs;
    const auto tick = replica_.find_told(type, id, theirs.data());
    if (tick) conversion->convert(theirs.data(), static_cast<std::uint8_t*>(state));
    return tick;
}

std::vector<TypeTraffic> RoomView::traffic() {
    replica_.measure();
    const auto& measured = replica_.meter()->types();
    std::vector<TypeTraffic> traffic;
    traffic.reserve(measured.size());
    for (std::size_t t = 0; t < measured.size(); ++t) {
        const EntityType& type = schema_.types()[t];
        TypeTraffic& one = traffic.emplace_back();
        one.name = type.name;
        one.rest = measured[t].rest;
        for (std::size_t f = 0; f < type.fields.size(); ++f) {
            if (!type.fields[f].owner_only)
                one.fields.push_back({type.fields[f].name, measured[t].fields[f]});
        }
    }
    return traffic;
}

Bytes RoomView::to_server(const char* type, Bytes input) {
    if (!foreign_) return input;
    const StructConversion* const conversion = foreign_->from_own(type);
    if (!conversion || conversion->bytes() > max_input_bytes) return {};
    input_.resize(conversion->bytes());
    conversion->convert(input.data(), input_.data());
    return input_;
}

} // namespace engine_net
