#include "replication/snapshot_meter.hpp"

#include "core/assert.hpp"
#include "replication/coded_section.hpp"
#include "replication/scoped_section.hpp"

#include <algorithm>
#include <functional>

namespace engine_net {

SnapshotBits& SnapshotBits::operator+=(const SnapshotBits& other) {
    datagrams += other.datagrams;
    bytes += other.bytes;
    headers += other.headers;
    if (types.empty()) {
        types = other.types;
        return *this;
    }
    for (std::size_t t = 0; t < types.size(); ++t) {
        const SizeMeter::TypeBits& more = other.types[t];
        types[t].rest += more.rest;
        std::ranges::transform(
            types[t].fields, more.fields, types[t].fields.begin(), std::plus<double>());
    }
    return *this;
}

SnapshotMeter::SnapshotMeter(std::span<const EntityType> types)
    : types_(types), sizes_(types), frame_(types) {}

void SnapshotMeter::grant(Duration time, Duration most) {
    left_ = std::min(left_ + time, most);
}

void SnapshotMeter::measure(std::span<const Datagram> datagrams, const SnapshotSources& sources) {
    for (std::size_t i = 0; i < datagrams.size() && has_time(); ++i) {
        const Time begun = Clock::now();
        measure(datagrams[turn_++ % datagrams.size()], sources);
        left_ -= Clock::now() - begun;
    }
}

void SnapshotMeter::measure(const Datagram& datagram, const SnapshotSources& sources) {
    sizes_.clear();
    sections_.clear();
    const bool is_read = read_shared(datagram, sources) && read_own(datagram, sources);
    ENGINE_NET_ASSERT(is_read);
    if (!is_read) return;
    one_.datagrams = 1;
    one_.bytes = datagram.bytes;
    one_.types = sizes_.types();
    one_.headers = 8 * static_cast<double>(datagram.bytes);
    for (const SizeMeter::TypeBits& type : one_.types) one_.headers -= type.sum();
    for (SnapshotBits* const sum : sums_) *sum += one_;
}

bool SnapshotMeter::read_shared(const Datagram& datagram, const SnapshotSources& sources) {
    const Slot end{static_cast<std::uint16_t>(types_.size()), 0};
    ByteReader reader(datagram.shared);
    frame_.clear(sources.tick);
    if ((datagram.bits & is_scoped_bit) != 0) {
        told_rows_.clear();
        const auto header = read_scoped_header(reader, sources.tick, end);
        return header && sources.scoped &&
               sources.codec->decode_scoped(*sources.scoped,
                                            reader.rest(),
                                            {header->from, header->to},
                                            header->tells_all,
                                            frame_,
                                            told_rows_,
                                            &sizes_) == DecodeOutcome::ok;
    }
    if ((datagram.bits & is_coded_bit) != 0) {
        const auto header = read_coded_header(reader, sources.tick, end);
        return header && sources.coded &&
               sources.codec->decode_shared(*sources.coded,
                                            reader.rest(),
                                            {header->from, header->to, true},
                                            frame_,
                                            &sizes_) == DecodeOutcome::ok;
    }
    return decode_shared(types_, datagram.shared, sections_, &sizes_);
}

bool SnapshotMeter::read_own(const Datagram& datagram, const SnapshotSources& sources) {
    if ((datagram.bits & has_private_bit) == 0) return true;
    if ((datagram.bits & is_own_changes_bit) == 0)
        return decode_private(types_, datagram.own, sections_, &sizes_);
    return sources.baseline &&
           decode_own_changes(
               types_, datagram.own, *sources.baseline, sources.own, sections_, &sizes_);
}

} // namespace engine_net
