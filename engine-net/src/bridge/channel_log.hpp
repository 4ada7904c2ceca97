#pragma once

#include "bridge/exchange.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net::bridge {

/// After which message of a channel: "EPOCH-NUMBER".
struct Position {
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;
};
std::string to_text(Position position);
std::optional<Position> parse_position(std::string_view text);

/// One thing that was said, and what each transport tells of it: made when the first is told, once
/// for all.
class Said {
public:
    /// Those that have a form of it of their own.
    enum class Form : std::uint8_t { websocket, stream, pusher, mqtt, mqtt_5, count };

    /// `at`: the position of who was told it.
    Said(std::string_view channel, Position at, tell::ChannelItem item);

    [[nodiscard]] std::uint64_t number() const { return item_.number; }
    [[nodiscard]] GuestId not_to() const { return item_.not_to; }
    [[nodiscard]] const tell::ChannelItem& item() const { return item_; }
    [[nodiscard]] const std::string& at() const { return at_; }
    /// MESSAGE of `BRIDGE.md`.
    [[nodiscard]] const std::string& json() const;
    /// {"op":"message", ...}, a whole frame.
    [[nodiscard]] const SharedBytes& on_websocket() const;
    /// A whole event.
    [[nodiscard]] const SharedBytes& on_stream() const;
    /// That of another transport, by `make`, which is always the same for a form.
    template <class Make>
    const SharedBytes& as(Form form, Make&& make) const {
        SharedBytes& bytes = forms_[static_cast<std::size_t>(form)];
        if (!bytes) bytes = make();
        return bytes;
    }

private:
    std::string channel_;
    std::string at_;
    tell::ChannelItem item_;
    mutable std::string json_{};
    mutable std::array<SharedBytes, static_cast<std::size_t>(Form::count)> forms_{};
};

/// The bridge's copy of what a channel keeps. All transports read it, each from a place of its own.
class ChannelLog {
public:
    static constexpr std::size_t max_kept = 512;

    explicit ChannelLog(std::string name) : name_(std::move(name)) {}

    /// It is as told now, whatever it was.
    void open(const tell::ChannelOpened& opened);
    void add(const tell::ChannelItem& item);
    /// A channel of the bridge's own that has only its newest message.
    void open_newest_only(std::uint64_t epoch);
    void set_newest(std::string_view event, const std::string& data);

    struct Start {
        std::uint64_t next = 1; ///< number of the first that is to be told
        bool is_reset = false;  ///< what lies between is lost
    };
    [[nodiscard]] Start start_after(Position position) const;
    [[nodiscard]] Start start_with_newest(std::size_t count) const;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
    [[nodiscard]] std::uint64_t begin() const { return next_ - said_.size(); }
    [[nodiscard]] std::uint64_t next() const { return next_; }
    /// The position of who goes on with `next`.
    [[nodiscard]] Position before(std::uint64_t next) const { return {epoch_, next - 1}; }
    /// Of one that is kept.
    [[nodiscard]] const Said& operator[](std::uint64_t number) const {
        return said_[static_cast<std::size_t>(number - begin())];
    }
    /// Who is in a channel called `presence/...`, by user.
    [[nodiscard]] const std::map<std::string, Said>& members() const { return members_; }

private:
    [[nodiscard]] Said make(tell::ChannelItem item, std::uint64_t number) const;
    void note_member(const tell::ChannelItem& item);

    std::string name_;
    std::uint64_t epoch_ = 0;
    std::uint64_t next_ = 1;
    std::deque<Said> said_; ///< up to `next_`, without gaps
    std::map<std::string, Said> members_;
    bool has_only_newest_ = false;
};

/// One event of a stream. `id`: "" for none.
SharedBytes make_stream_event(std::string_view event, std::string_view id, std::string_view json);

} // namespace engine_net::bridge
