#include "transport/banned_addresses.hpp"

#include <algorithm>
#include <charconv>

namespace engine_net {
namespace {

constexpr unsigned all_bits = 128;
constexpr unsigned v4_bits = 32;

std::optional<unsigned> parse_bits(std::string_view text, unsigned most) {
    unsigned bits = 0;
    const char* const end = text.data() + text.size();
    const auto [next, error] = std::from_chars(text.data(), end, bits);
    if (error != std::errc{} || next != end || bits > most) return std::nullopt;
    return bits;
}

} // namespace

std::optional<BannedAddresses::Range> BannedAddresses::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::optional<IpAddress> host = parse_host(text.substr(0, slash));
    if (!host) return std::nullopt;
    unsigned bits = all_bits;
    if (slash != text.npos) {
        const bool is_v4 = text.find(':') == text.npos;
        const auto written = parse_bits(text.substr(slash + 1), is_v4 ? v4_bits : all_bits);
        if (!written) return std::nullopt;
        bits = is_v4 ? all_bits - v4_bits + *written : *written;
    }
    Range range{host->bytes, host->bytes};
    for (unsigned bit = bits; bit < all_bits; ++bit) {
        const auto mask = static_cast<std::uint8_t>(0x80U >> bit % 8);
        range.first[bit / 8] &= static_cast<std::uint8_t>(~mask);
        range.last[bit / 8] |= mask;
    }
    return range;
}

bool BannedAddresses::add(std::string_view text) {
    const std::optional<Range> range = parse(text);
    if (!range) return false;
    // Two networks are apart, or one is within the other.
    const auto is_within = [](const Range& inner, const Range& outer) {
        return outer.first <= inner.first && inner.last <= outer.last;
    };
    if (std::ranges::any_of(ranges_, [&](const Range& old) {
            return is_within(*range, old);
        })) {
        return true;
    }
    std::erase_if(ranges_, [&](const Range& old) {
        return is_within(old, *range);
    });
    const auto after = std::ranges::upper_bound(ranges_, range->first, {}, &Range::first);
    ranges_.insert(after, *range);
    return true;
}

bool BannedAddresses::contains(const IpAddress& host) const {
    if (ranges_.empty()) return false;
    const auto after = std::ranges::upper_bound(ranges_, host.bytes, {}, &Range::first);
    return after != ranges_.begin() && host.bytes <= std::prev(after)->last;
}

} // namespace engine_net
