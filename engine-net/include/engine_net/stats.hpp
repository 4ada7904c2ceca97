#pragma once

#include <engine_net/clock.hpp>
#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace engine_net {

/// Times of the last 1,024 ticks, in microseconds.
struct TimingStats {
    std::int64_t p50_us = 0;
    std::int64_t p99_us = 0;
    std::int64_t max_us = 0;
};

/// What came in from peers and could not be used. Nothing is dropped without being counted here.
struct RefusedStats {
    std::uint64_t malformed_messages = 0;  ///< failed their bounds or their verifier
    std::uint64_t unexpected_messages = 0; ///< well-formed, but not at this point
    std::uint64_t oversize_messages = 0;   ///< longer than their channel allows
    std::uint64_t malformed_inputs = 0;
    std::uint64_t late_inputs = 0;  ///< for a tick that is over
    std::uint64_t early_inputs = 0; ///< too far ahead for the input window
    std::uint64_t spectator_inputs = 0;
    std::uint64_t too_fast = 0;       ///< requests and messages beyond `RequestLimits`
    std::uint64_t flooders = 0;       ///< sessions ended for it
    std::uint64_t peers_dropped = 0;  ///< for going over their allowance of errors
    std::uint64_t connect_tokens = 0; ///< missing, unsound, expired, for another server, or used
    std::uint64_t unremembered_tokens = 0; ///< good, but no more could be remembered
    std::uint64_t seats = 0; ///< shown by players of other servers: unsound, expired, used
};

/// What became of one player's inputs, by ticks.
struct InputStats {
    std::uint64_t taken = 0;    ///< given to the room at their tick
    std::uint64_t repeated = 0; ///< ticks without one that got the last one again
    std::uint64_t missing = 0;  ///< other ticks without one, from the first input on
    std::uint64_t late = 0;     ///< came when their tick was over
    std::uint64_t early = 0;    ///< too far ahead, refused
};

/// What the secure layer did, and what it dropped before anyone else saw it, by reason.
struct SecureStats {
    std::uint64_t handshakes = 0;   ///< connections that got their keys
    std::uint64_t migrations = 0;   ///< clients whose address changed
    std::uint64_t banned = 0;       ///< from addresses that are banned, dropped unread
    std::uint64_t malformed = 0;    ///< no datagram of ours
    std::uint64_t unknown = 0;      ///< for a connection that is not
    std::uint64_t forged = 0;       ///< not sealed by the other end
    std::uint64_t replayed = 0;     ///< came before, or is too old to know
    std::uint64_t over_share = 0;   ///< of a client, beyond those that one may send in a tick
    std::uint64_t unproved = 0;     ///< requests without a good proof of their address
    std::uint64_t too_many = 0;     ///< requests beyond those that may wait or be remembered
    std::uint64_t unchallenged = 0; ///< first datagrams beyond those that are answered in a tick
    std::uint64_t over_limit = 0;   ///< requests of an address beyond `AddressLimits`
    std::uint64_t server_full = 0;  ///< requests while all peers are in use
};

/// Datagrams, and what became of them.
struct LinkStats {
    std::uint64_t datagrams_in = 0;
    std::uint64_t datagrams_out = 0;
    std::uint64_t bytes_in = 0; ///< UDP payloads
    std::uint64_t bytes_out = 0;
    std::uint64_t receive_errors = 0; ///< the socket reported one and the next datagram was read
    std::uint64_t send_errors = 0;
    std::uint64_t service_errors = 0; ///< ENet refused a datagram
    std::uint64_t receive_bound_reached =
        0; ///< ticks that left datagrams in the socket for the next one
    std::uint64_t largest_datagram_bytes = 0;
    SecureStats secure{};
};

/// What the web bridge did: see `BridgeConfig`.
struct BridgeStats {
    std::size_t connections = 0; ///< open now, of any kind
    std::size_t websockets = 0;
    std::size_t streams = 0; ///< of server-sent events
    std::size_t viewers = 0; ///< that watch a room
    std::uint64_t requests = 0;
    std::uint64_t messages_in = 0; ///< on WebSockets
    std::uint64_t messages_out = 0;
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t frames_sent = 0;    ///< of feeds, to all viewers together
    std::uint64_t frames_skipped = 0; ///< not sent to a viewer that was slow
    std::uint64_t resumes = 0;
    std::uint64_t refused_handshakes = 0; ///< late, malformed or too large
    std::uint64_t refused_origins = 0;
    std::uint64_t refused_connections = 0; ///< one too many, of an address or of all
    std::uint64_t refused_messages = 0;    ///< malformed, too large, too fast
    std::uint64_t closed_stuck = 0;        ///< viewers that read nothing any more
    std::size_t mqtt_sessions = 0;         ///< open now
    std::size_t mqtt_retained = 0;         ///< messages that are kept for new subscribers
    std::uint64_t mqtt_messages_in = 0;    ///< published
    std::uint64_t mqtt_messages_out = 0;   ///< to subscribers
    std::uint64_t mqtt_refused = 0;        ///< messages and subscriptions, by the server
    std::uint64_t mqtt_states_untold = 0;  ///< of rooms, not to be said in JSON
    std::uint64_t mqtt_oversize = 0;       ///< not sent, since the subscriber takes no such packets
    std::size_t webhooks_waiting = 0;      ///< events that are not delivered yet
    std::uint64_t webhooks_delivered = 0;
    std::uint64_t webhooks_lost = 0;  ///< while the queue was full, or refused for good
    std::size_t adapters_waiting = 0; ///< messages that are not passed on yet, of all adapters
    std::uint64_t adapters_delivered = 0;
    std::uint64_t adapters_lost = 0;    ///< while a queue was full, or before they were read
    std::uint64_t adapters_unfit = 0;   ///< too long for the service, or on a channel it can't have
    std::uint64_t adapters_dropped = 0; ///< that the service has refused for good
    std::uint64_t adapter_failures = 0; ///< requests that did not succeed
    std::uint64_t backend_asked = 0;    ///< questions who may join, or be on a channel
    std::uint64_t backend_cached = 0;   ///< whose answer was known
    std::uint64_t backend_failures = 0; ///< that were not answered
    std::uint64_t backend_cut_off = 0;  ///< that were not asked, after too many of these
    std::uint64_t webhook_failures = 0; ///< requests that did not succeed
};

/// What a server has done since it started, and how it is now.
struct ServerStats {
    Tick tick;
    bool is_draining = false; ///< see `Server::drain`
    std::uint64_t ticks = 0;
    std::uint64_t late_ticks = 0;    ///< began more than one period after their deadline
    std::uint64_t dropped_ticks = 0; ///< given up after `max_catch_up_ticks`
    std::size_t peers = 0;
    std::size_t sessions = 0;
    std::size_t players = 0; ///< presences in rooms that play
    std::size_t spectators = 0;
    std::size_t rooms = 0;
    std::uint64_t joins = 0;
    std::uint64_t leaves = 0;
    std::uint64_t resumes = 0;
    std::uint64_t snapshot_datagrams = 0;
    std::uint64_t snapshot_bytes = 0;
    std::uint64_t snapshots_coded = 0;  ///< done for a viewer; whole states are not counted
    std::uint64_t snapshots_shared = 0; ///< the same for other viewers that had acked the same
    std::uint64_t snapshots_limited =
        0; ///< told less than changed, for lack of room in the viewer's budget
    std::uint64_t snapshots_oversize = 0; ///< not sent: more than 255 datagrams
    std::uint64_t feed_pieces_dropped =
        0; ///< of rooms' feeds: the web bridge was starved, or too much waited for its time
    std::uint64_t recording_ticks_dropped =
        0; ///< of rooms that are recorded: the recording was written too slowly
    std::uint64_t entities_refused = 0;
    std::uint64_t wrong_thread_calls = 0; ///< of `Server` and `Room`, refused
    TimingStats simulation; ///< simulate, snapshot and encode, as measured by the caller's clock
    TimingStats network;    ///< receive, decode, route, queue and send
    LinkStats link;
    RefusedStats refused;
    BridgeStats bridge; ///< zeros without one
};

/// What snapshots said of one type of entity, in bits: see `Client::traffic`.
struct TypeTraffic {
    /// One field, by its name in the schema.
    struct Field {
        std::string name;
        double bits = 0;
    };
    std::string name;
    std::vector<Field> fields; ///< but for those told to the owner alone
    double rest = 0;           ///< which are there, and which have not changed
};

/// How well one's own entities are predicted: see `Client::predict`.
struct PredictionStats {
    std::int32_t ticks_ahead = 0;  ///< of the newest tick that the server told of
    std::uint64_t checked = 0;     ///< ticks that the server told of
    std::uint64_t corrections = 0; ///< of these, where the prediction was off by more than rounding
    double newest_error = 0;       ///< of the newest correction: how far off, in the units of what
    double largest_error = 0;      ///< is interpolated as linear, such as a position
    double sum_of_errors = 0;
};

/// What a client knows of its link, and of what it shows.
struct ClientStats {
    Duration round_trip{0};
    Duration jitter{0};
    double loss_in = 0;     ///< share of the last seconds' snapshot datagrams that did not come
    double loss_out = 0;    ///< the same of input messages, as the server tells
    Duration input_lead{0}; ///< how far ahead of the server's clock ticks get their inputs
    Duration input_margin{
        0}; ///< by how much the latest of a second's inputs was early; negative: late
    std::uint64_t moves = 0;        ///< to another server of a cluster
    std::uint64_t failed_moves = 0; ///< it refused the seat, or did not answer
    std::uint64_t input_jumps = 0;  ///< times that ticks were left without an input to catch up
    std::uint64_t snapshot_datagrams = 0;
    std::uint64_t snapshot_bytes = 0;
    std::uint64_t snapshots_refused = 0; ///< malformed, or against what we do not have
    std::uint64_t stale_snapshots = 0;   ///< arrived after a newer one of the same entities
    std::uint64_t state_checks = 0;      ///< ticks whose hash the server told and we could compare
    std::uint64_t state_mismatches = 0;  ///< of these, differing: a defect
    std::uint64_t inputs_sent = 0;
    /// How old what `Shown::interpolated` shows is by the server's clock: the way here, and the
    /// wait for what is late. Zero while it is not known.
    Duration interpolation_delay{0};
    Duration interpolation_delay_target{0}; ///< what it moves towards
    std::uint64_t shown_frames = 0;         ///< polls in rooms
    std::uint64_t starved_frames = 0;       ///< of these, past the newest snapshot
    Duration extrapolated_time{0};          ///< in which they were
    std::uint64_t playout_jumps = 0;        ///< forward, after stalls
    std::uint64_t resumes = 0;
    std::uint64_t wrong_thread_calls = 0; ///< of `Client`, refused
    Tick newest_tick;
    PredictionStats prediction; ///< of the first type that the game said how to predict
    LinkStats link;
    RefusedStats refused;
};

} // namespace engine_net
