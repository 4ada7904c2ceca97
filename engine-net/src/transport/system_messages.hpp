#pragma once

#include "transport/datagram_socket.hpp"
#include "transport/system_address.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <netinet/udp.h>
#include <span>

namespace engine_net {

/// Outgoing datagrams as Linux takes them in one call. Those in a row to one address that are
/// equally long, but for the last, which may be shorter, are one message, which the system or the
/// network card cuts: that costs a third of what each alone does.
class SystemMessages {
public:
    /// As many of them as fit.
    SystemMessages(std::span<const DatagramSocket::Outgoing> datagrams, int family, bool may_join) {
        while (!datagrams.empty() && count_ < most && used_parts_ < most_parts) {
            datagrams = datagrams.subspan(add(datagrams, family, may_join));
        }
    }

    mmsghdr* data() { return messages_.data(); }
    [[nodiscard]] unsigned count() const { return static_cast<unsigned>(count_); }
    /// How many datagrams the first so many messages are.
    [[nodiscard]] std::size_t datagrams_of(std::size_t messages) const {
        std::size_t datagrams = 0;
        for (std::size_t i = 0; i < messages; ++i) datagrams += joined_[i];
        return datagrams;
    }

private:
    static constexpr std::size_t most = 64;
    static constexpr std::size_t most_parts = 128;
    static constexpr std::size_t most_joined = 64;           ///< older systems take no more
    static constexpr std::size_t most_joined_bytes = 65'000; ///< a UDP length has sixteen bits

    using SegmentBytes = std::uint16_t;
    struct alignas(cmsghdr) Control {
        std::array<std::uint8_t, CMSG_SPACE(sizeof(SegmentBytes))> bytes;
    };

    std::size_t
    add(std::span<const DatagramSocket::Outgoing> datagrams, int family, bool may_join) {
        const DatagramSocket::Outgoing& first = datagrams.front();
        SystemAddress& address = addresses_[count_];
        address = to_system(first.to, family);
        msghdr& header = messages_[count_].msg_hdr;
        header = {};
        header.msg_name = &address;
        header.msg_namelen = length_of(address);
        header.msg_iov = &parts_[used_parts_];

        std::size_t joined = 0;
        std::size_t bytes = 0;
        const std::size_t used_before = used_parts_;
        for (const DatagramSocket::Outgoing& one : datagrams) {
            const std::size_t size = one.bytes.size();
            const bool fits =
                joined == 0 || (one.to == first.to && joined < most_joined && size > 0 &&
                                size <= first.bytes.size() && bytes + size <= most_joined_bytes);
            if (!fits || !append(one.bytes, used_before)) break;
            ++joined;
            bytes += size;
            if (!may_join || size < first.bytes.size()) break;
        }
        header.msg_iovlen = used_parts_ - used_before;
        if (joined > 1) cut(header, static_cast<SegmentBytes>(first.bytes.size()));
        joined_[count_++] = joined;
        return joined;
    }

    /// Datagrams that lie one behind the other in memory are one part.
    bool append(Bytes bytes, std::size_t first_part) {
        // The system reads alone, but its structure serves receiving too.
        auto* const data = const_cast<std::uint8_t*>(bytes.data());
        if (used_parts_ > first_part) {
            iovec& last = parts_[used_parts_ - 1];
            if (static_cast<std::uint8_t*>(last.iov_base) + last.iov_len == data) {
                last.iov_len += bytes.size();
                return true;
            }
        }
        if (used_parts_ == most_parts) return false;
        parts_[used_parts_++] = {data, bytes.size()};
        return true;
    }

    void cut(msghdr& header, SegmentBytes bytes) {
        header.msg_control = controls_[count_].bytes.data();
        header.msg_controllen = sizeof(Control);
        cmsghdr* const control = CMSG_FIRSTHDR(&header);
        control->cmsg_level = SOL_UDP;
        control->cmsg_type = UDP_SEGMENT;
        control->cmsg_len = CMSG_LEN(sizeof bytes);
        std::memcpy(CMSG_DATA(control), &bytes, sizeof bytes);
    }

    std::array<SystemAddress, most> addresses_{};
    std::array<iovec, most_parts> parts_{};
    std::array<Control, most> controls_{};
    std::array<mmsghdr, most> messages_{};
    std::array<std::size_t, most> joined_{};
    std::size_t count_ = 0;
    std::size_t used_parts_ = 0;
};

} // namespace engine_net
