/*
 * engine-net from C, and from every language that can call C: Rust, C#, Python.
 *
 * What is here: a server with rooms of entities, and a client that joins them, sends inputs and
 * shows what the rooms hold. What a term means, and how it works, is said in the C++ headers
 * (engine_net/server.hpp, room.hpp, client.hpp), of which this is a part. Left out are prediction
 * of one's own entity and lag compensation (they run the game's rules on the game's own types),
 * chat channels, matchmaking, the web bridge, clusters and recordings.
 *
 * Rules for everything below:
 *
 * - Results. What can fail gives an `engine_net_result`; `engine_net_last_error` has the reason as
 *   a sentence. A null pointer that is not said to be optional, and a struct without its size, are
 *   ENGINE_NET_ERROR_MISUSE: an assertion in debug builds of the library, an error in others.
 *   Nothing that the library throws gets out of a function. A callback must not throw, nor jump.
 * - Structs. Each begins with `struct_size`, which the caller sets to its own `sizeof`; later
 *   versions add members at the end. Give configurations to their `_init` first, which sets it and
 *   all defaults. Those that the library gives (entities, presences, ...) have no size and may
 *   grow at the end too: take them by pointer, and arrays of them by the stride that is given.
 * - Text is UTF-8 with a 0 at its end. What goes in is copied; so are bytes. Null is "".
 * - Lifetimes stand with each function. "Until the next step" is: until the next
 *   `engine_net_server_step` or `engine_net_client_step` of the same handle, or its destruction.
 * - Time is in microseconds of a monotonic clock, the caller's or `engine_net_now`. It never goes
 *   back. Ticks are numbers that wrap after 2^32.
 * - Threads. The thread that calls `engine_net_server_start`, or a client's first
 *   `engine_net_client_step`, is the only one that may call anything of that handle but its
 *   destruction; others get ENGINE_NET_ERROR_WRONG_THREAD, or nothing, and an assertion in debug.
 *   Callbacks come within a step, on its thread, unless `room_threads` says otherwise. Two handles
 *   have nothing to do with each other.
 * - Structs of a game (entities, inputs) are the bytes of FlatBuffers structs: as C lays them out,
 *   little-endian. A type is named in full, as its schema has it: "game.Ball". Schemas come
 *   compiled: `flatc --binary --schema -I share/engine-net/schemas game.fbs` makes game.bfbs.
 * - Ids (rooms, presences, entities) are numbers from 1; 0 names nothing.
 */
#ifndef ENGINE_NET_H
#define ENGINE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NOLINTBEGIN: a header for C */
#ifdef __cplusplus
extern "C" {
#endif

/* ---- Results, time, log ----------------------------------------------------------------------- */

/* What a call came to. */
typedef enum engine_net_result {
    ENGINE_NET_OK = 0,
    ENGINE_NET_ERROR_MISUSE = 1,              /* a null or unsized argument */
    ENGINE_NET_ERROR_WRONG_STATE = 2,         /* not now: before start, within a callback, ... */
    ENGINE_NET_ERROR_WRONG_THREAD = 3,        /* see "Threads" */
    ENGINE_NET_ERROR_BAD_CONFIG = 4,          /* a member is out of its bounds */
    ENGINE_NET_ERROR_BAD_SCHEMA = 5,          /* it can't be replicated: file, field and reason */
    ENGINE_NET_ERROR_PORT_IN_USE = 6,         /* stop the other program or choose another port */
    ENGINE_NET_ERROR_ADDRESS_UNAVAILABLE = 7, /* no address of this machine */
    ENGINE_NET_ERROR_NO_RESOURCES = 8,        /* sockets, threads or memory */
    ENGINE_NET_ERROR_ENET_NOT_OURS = 9,       /* how it was linked: see engine-net's README */
    ENGINE_NET_ERROR_NOT_FOUND = 10,          /* no such kind, type, room, entity or presence */
    ENGINE_NET_ERROR_BAD_SIZE = 11,           /* too many bytes, none, or not as many as the type */
    ENGINE_NET_ERROR_LIMIT = 12,              /* as many rooms or entities as there may be */
    ENGINE_NET_ERROR_INTERNAL = 13            /* a defect of the library */
} engine_net_result;

/* Why the newest call that failed on this thread did, in a sentence for a person; "" if none has.
 * Valid until another call fails on this thread. */
const char* engine_net_last_error(void);

/* The library's version, "0.1.0"; static. */
const char* engine_net_version(void);

/* Microseconds. */
typedef int64_t engine_net_time;

/* The system's monotonic clock. */
engine_net_time engine_net_now(void);
/* Blocks the calling thread until `deadline`; returns at once if it has passed. */
void engine_net_sleep_until(engine_net_time deadline);

/* How much a line of the log matters. */
typedef enum engine_net_log_level {
    ENGINE_NET_LOG_DEBUG = 0,
    ENGINE_NET_LOG_INFO = 1,
    ENGINE_NET_LOG_WARNING = 2,
    ENGINE_NET_LOG_ERROR = 3
} engine_net_log_level;

/* One line without a line end; valid for the call. */
typedef void (*engine_net_log)(void* user, engine_net_log_level level, const char* text);

/* How an event travels: reliable ones arrive once and in order, others at most once. */
typedef enum engine_net_delivery {
    ENGINE_NET_RELIABLE = 0,  /* at most 16,384 bytes */
    ENGINE_NET_UNRELIABLE = 1 /* at most one datagram, 1,139 bytes */
} engine_net_delivery;

/* Why a presence left its room. */
typedef enum engine_net_leave_reason {
    ENGINE_NET_LEFT = 0,           /* the player asked to */
    ENGINE_NET_TIMED_OUT = 1,      /* silent for longer than session timeout and grace time */
    ENGINE_NET_KICKED = 2,         /* by the game or the room's host */
    ENGINE_NET_ROOM_CLOSED = 3,    /* the room ended */
    ENGINE_NET_SERVER_CLOSING = 4, /* the server ends */
    ENGINE_NET_PROTOCOL_ERROR = 5, /* sent what no client of ours sends */
    ENGINE_NET_NODE_LOST = 6       /* the server of a cluster that the room was on is gone */
} engine_net_leave_reason;

/* ---- Server ----------------------------------------------------------------------------------- */

typedef struct engine_net_server engine_net_server;
/* A running room. Valid from its `on_create` until its `on_end` returns. */
typedef struct engine_net_room engine_net_room;

/* See `ServerConfig`. */
typedef struct engine_net_server_config {
    uint32_t struct_size;
    uint16_t port;             /* UDP, 7777; 0 lets the system choose: `engine_net_server_port` */
    const char* bind_address;  /* "::": all interfaces, IPv6 and IPv4 */
    uint32_t tick_rate;        /* ticks per second, 1 to 240: 60 */
    uint32_t snapshot_rate;    /* snapshots per second and viewer; 0: one each tick */
    uint32_t max_peers;        /* connections, 1 to 32,000: 256 */
    uint32_t max_rooms;        /* running at a time: 1,024 */
    uint32_t room_threads;     /* that rooms tick on, 1 to 64: 1. With more, `on_input`, `on_tick`
                                * and what a room does there come on any of them, for one room
                                * always on the same: what rooms share, the game must guard */
    uint32_t session_timeout_ms; /* silence after which a session lingers: 10,000 */
    uint32_t grace_time_ms;      /* how long a lingering session keeps its seat: 30,000 */
    uint32_t empty_room_linger_ms; /* after which an empty room is closed: 1,000 */
    const char* identity;      /* secret key that the server is known by, 64 hexadecimal digits;
                                * "": a new one at each start */
    engine_net_log log;        /* null: warnings and errors to the standard error stream */
    void* log_user;            /* given to `log` */
} engine_net_server_config;

/* Sets `struct_size` to `struct_size`, which is `sizeof(engine_net_server_config)` where it is
 * called, and all members to their defaults. */
engine_net_result engine_net_server_config_init(engine_net_server_config* config,
                                                uint32_t struct_size);

/* Who is in a room. The texts are valid as long as the struct, which is for the call. */
typedef struct engine_net_presence {
    uint32_t id;
    const char* name;  /* may be shown as it is */
    const char* user;  /* who it is to the server, over all sessions */
    uint32_t colour;   /* of the avatar, 0xRRGGBB */
    uint32_t team;     /* as matchmaking has it, from 0 */
    bool is_spectator; /* watches only: no inputs come from it */
    bool is_connected; /* false: the link is lost, the seat is held */
} engine_net_presence;

/* The game. A null callback is not called. `user` is the member of that name; a room's own data
 * goes to `engine_net_room_set_user`. In each, `engine_net_room_` functions may be called for the
 * room that is given, and nothing of the server but what says so. */
typedef struct engine_net_room_callbacks {
    uint32_t struct_size; /* sizeof(engine_net_room_callbacks) */
    void* user;
    /* Once, before anything else. */
    void (*on_create)(void* user, engine_net_room* room);
    /* Before a seat is given. False refuses it; write a text of at most `reason_size` bytes with
     * its 0 to `reason`, which is "" before, and the player is shown it. */
    bool (*on_join_request)(void* user,
                            engine_net_room* room,
                            const char* name,
                            bool is_spectator,
                            char* reason,
                            size_t reason_size);
    void (*on_join)(void* user, engine_net_room* room, const engine_net_presence* who);
    /* The last call that concerns this presence. */
    void (*on_leave)(void* user,
                     engine_net_room* room,
                     const engine_net_presence* who,
                     engine_net_leave_reason reason);
    /* The link is lost, the seat is held: no inputs come until `on_resume` or `on_leave`. */
    void (*on_suspend)(void* user, engine_net_room* room, const engine_net_presence* who);
    void (*on_resume)(void* user, engine_net_room* room, const engine_net_presence* who);
    /* A player's command for the tick that comes next, at most one for each: `size` bytes of the
     * kind's `input_type`, whose floats are finite, enums declared and bools 0 or 1. Aligned for
     * the struct; valid for the call. */
    void (*on_input)(void* user,
                     engine_net_room* room,
                     uint32_t presence,
                     const void* input,
                     size_t size);
    /* A finished FlatBuffer that is a valid `event_table`. Aligned; valid for the call. */
    void (*on_event)(void* user,
                     engine_net_room* room,
                     uint32_t presence,
                     const uint8_t* event,
                     size_t size);
    /* Moves the game on by one tick of `engine_net_room_tick_seconds`. What entities are when it
     * returns is what players are told. */
    void (*on_tick)(void* user, engine_net_room* room, uint32_t tick);
    /* The server drains: nobody else gets in, and the room is closed in so many ticks. */
    void (*on_drain)(void* user, engine_net_room* room, uint32_t ticks);
    /* The last call of the room, when all have left or the server is destroyed. Of the room only
     * `engine_net_room_user` and `engine_net_room_id` are left. */
    void (*on_end)(void* user, engine_net_room* room);
} engine_net_room_callbacks;

/* See `RoomKindConfig`. */
typedef struct engine_net_room_kind_config {
    uint32_t struct_size;
    uint32_t capacity;             /* seats, 1 to 1,024: 16 */
    uint32_t spectators;           /* who may watch besides, at most 1,024: 0 */
    uint32_t snapshot_rate;        /* snapshots per second and viewer; 0: as the server's */
    uint32_t bytes_per_second;     /* of snapshots to one viewer; 0: no bound: 256,000 */
    uint32_t repeated_input_ticks; /* for which a missing input is the last one again, 0 to 120: 0 */
    const uint8_t* schema;         /* a .bfbs, at most 262,144 bytes; copied. Its structs that are
                                    * `replicated` are the entity types */
    size_t schema_size;
    const uint8_t* prior;          /* what `engine-net-train-prior` learned; null: none. Copied.
                                    * Clients need the same */
    size_t prior_size;
    const char* input_type;        /* the struct that inputs are, "game.Push"; "": none are taken */
    const char* event_table;       /* the table that events from players are; "": the schema's root
                                    * type, if `on_event` is set. One with vectors of unions can't
                                    * be verified and is refused */
} engine_net_room_kind_config;

/* As `engine_net_server_config_init`. */
engine_net_result engine_net_room_kind_config_init(engine_net_room_kind_config* config,
                                                   uint32_t struct_size);

/* A server that does nothing yet. `*server` is null unless ENGINE_NET_OK. */
engine_net_result engine_net_server_create(const engine_net_server_config* config,
                                           engine_net_server** server);
/* Ends its rooms and closes its socket at once; to tell peers, `engine_net_server_stop` first. From
 * any thread, not within a callback. Null does nothing. */
void engine_net_server_destroy(engine_net_server* server);

/* Before start: rooms of this kind can be made from now on. `name` must be new, at most 64 bytes.
 * What is wrong with the schema and the types that are named in it is said here. */
engine_net_result engine_net_server_define_room(engine_net_server* server,
                                                const char* name,
                                                const engine_net_room_kind_config* config,
                                                const engine_net_room_callbacks* callbacks);

/* Checks the configuration and opens the socket. Once; when it fails, destroy the server. */
engine_net_result engine_net_server_start(engine_net_server* server);
/* Does all that is due at `now`: receives, runs each tick whose deadline has passed, sends. Call it
 * at `engine_net_server_next_step` or more often. Not within a callback. */
engine_net_result engine_net_server_step(engine_net_server* server, engine_net_time now);
/* When step has something to do again: the next tick's deadline. INT64_MIN before the first step,
 * INT64_MAX when it can't be told. */
engine_net_time engine_net_server_next_step(const engine_net_server* server);

/* Nobody gets in any more, and rooms end: empty ones at once, the others when their games close
 * them, all that are left after `deadline_ms`, with `reason` for the players. */
engine_net_result
engine_net_server_drain(engine_net_server* server, uint32_t deadline_ms, const char* reason);
/* No room is left, so that nothing is lost by stopping. */
bool engine_net_server_is_drained(const engine_net_server* server);
/* Tells all peers that the server closes. Go on with step until `engine_net_server_has_stopped`. */
engine_net_result engine_net_server_stop(engine_net_server* server, const char* reason);
/* All peers have confirmed it, or a second has passed. */
bool engine_net_server_has_stopped(const engine_net_server* server);

/* Opens a room that stays while it is empty, after start. `name` null: the kind and a number;
 * `room` is optional. ENGINE_NET_ERROR_NOT_FOUND: no such kind; ENGINE_NET_ERROR_LIMIT: there are
 * `max_rooms`, or the server drains. */
engine_net_result engine_net_server_create_room(engine_net_server* server,
                                                const char* kind,
                                                const char* name,
                                                uint32_t* room);

/* The UDP port in use, after start; else 0. */
uint16_t engine_net_server_port(const engine_net_server* server);
/* Writes the key by which clients know this server (`engine_net_client_config.server_key`), 64
 * digits and a 0, after start. `size` is at least 65. */
engine_net_result
engine_net_server_key(const engine_net_server* server, char* key, size_t size);

/* All counts are since the start; times are of the last 1,024 ticks. See `ServerStats`. */
typedef struct engine_net_server_stats {
    uint32_t struct_size;
    uint32_t tick;           /* the newest */
    uint64_t ticks;
    uint64_t late_ticks;     /* began more than one period after their deadline */
    uint64_t dropped_ticks;  /* given up, after too many late ones */
    uint64_t peers;          /* now */
    uint64_t sessions;       /* now */
    uint64_t players;        /* in rooms, now */
    uint64_t spectators;     /* now */
    uint64_t rooms;          /* now */
    uint64_t joins;
    uint64_t leaves;
    uint64_t resumes;
    uint64_t snapshot_datagrams;
    uint64_t snapshot_bytes;
    uint64_t entities_refused;   /* not told: too many of them, or too large together */
    uint64_t malformed_messages; /* from peers, inputs among them: dropped */
    uint64_t peers_dropped;      /* for too many of these */
    uint64_t datagrams_in;
    uint64_t datagrams_out;
    uint64_t bytes_in;           /* UDP payloads */
    uint64_t bytes_out;
    int64_t simulation_p99_us;   /* simulate, snapshot and encode, at the 99th percentile */
    int64_t network_p99_us;      /* receive, decode, route, queue and send, the same */
} engine_net_server_stats;

/* `stats->struct_size` is set by the caller. */
engine_net_result
engine_net_server_get_stats(const engine_net_server* server, engine_net_server_stats* stats);

/* ---- In a room -------------------------------------------------------------------------------- */
/* From within its callbacks, or between two steps on the server's thread. After `on_end` began:
 * ENGINE_NET_ERROR_WRONG_STATE, or 0. */

/* The game's own data of this room: null until it is set. The library does nothing with it. */
void engine_net_room_set_user(engine_net_room* room, void* user);
void* engine_net_room_user(const engine_net_room* room);

uint32_t engine_net_room_id(const engine_net_room* room);
/* The tick that is being simulated, or else the last one. */
uint32_t engine_net_room_tick(const engine_net_room* room);
/* The fixed step of the simulation, in seconds. */
double engine_net_room_tick_seconds(const engine_net_room* room);
/* Differs for each room: for the game's own generator of random numbers. */
uint64_t engine_net_room_seed(const engine_net_room* room);

/* How many are in the room, spectators too. */
size_t engine_net_room_presence_count(const engine_net_room* room);
/* The one at `index`, in the order of joining; its texts are valid until someone joins or leaves.
 * ENGINE_NET_ERROR_NOT_FOUND beyond the last. `size` is `sizeof(engine_net_presence)`. */
engine_net_result engine_net_room_presence_at(const engine_net_room* room,
                                              size_t index,
                                              engine_net_presence* who,
                                              size_t size);

/* From now on there is an entity of this type, a `replicated` struct of the kind's schema, with
 * these bytes: `size` is that of the struct. Everyone is told of it from the next tick on. `owner`
 * is the presence that alone is told its `owner_only` fields; 0: nobody. `*entity` is its number,
 * which is not used again in this room.
 * ENGINE_NET_ERROR_NOT_FOUND: no such type; BAD_SIZE: see above; LIMIT: there are 16,384. */
engine_net_result engine_net_room_spawn(engine_net_room* room,
                                        const char* type,
                                        const void* state,
                                        size_t size,
                                        uint32_t owner,
                                        uint32_t* entity);
engine_net_result engine_net_room_despawn(engine_net_room* room, uint32_t entity);
/* The entity is so from now on. Numbers out of their field's range are clamped into it. */
engine_net_result engine_net_room_write(engine_net_room* room,
                                        uint32_t entity,
                                        const void* state,
                                        size_t size);
/* As it was written last; null: there is no such entity. Valid until it is despawned. */
const void* engine_net_room_read(const engine_net_room* room, uint32_t entity);
engine_net_result
engine_net_room_set_owner(engine_net_room* room, uint32_t entity, uint32_t presence);

/* What everyone is to know besides the entities: a finished FlatBuffer of 1 to 65,536 bytes. It
 * holds from now on, is sent when it changes, and whole to who joins later; the newest wins. */
engine_net_result
engine_net_room_set_state(engine_net_room* room, const uint8_t* state, size_t size);
/* Sends a finished FlatBuffer to everyone in the room. */
engine_net_result engine_net_room_broadcast_event(engine_net_room* room,
                                                  const uint8_t* event,
                                                  size_t size,
                                                  engine_net_delivery delivery);
/* The same to one. */
engine_net_result engine_net_room_send_event(engine_net_room* room,
                                             uint32_t presence,
                                             const uint8_t* event,
                                             size_t size,
                                             engine_net_delivery delivery);

/* Removes a presence after this tick; the player is shown `reason`. */
engine_net_result
engine_net_room_kick(engine_net_room* room, uint32_t presence, const char* reason);
/* Locked, nobody else gets in; the lobby list shows it. */
engine_net_result engine_net_room_set_locked(engine_net_room* room, bool locked);
/* Ends the room after this tick: all leave with ENGINE_NET_ROOM_CLOSED. */
engine_net_result engine_net_room_close(engine_net_room* room, const char* reason);

/* ---- Client ----------------------------------------------------------------------------------- */

typedef struct engine_net_client engine_net_client;

/* See `ClientConfig`. */
typedef struct engine_net_client_config {
    uint32_t struct_size;
    uint16_t port;            /* UDP: 7777 */
    const char* host;         /* name or address, IPv4 or IPv6: "127.0.0.1" */
    const char* name;         /* display name, 1 to 64 bytes: "player" */
    const char* token;        /* for the server's `authenticate`; "": none */
    const char* connect_token; /* from the game's backend, see connect_token.hpp; "": none */
    const char* server_key;   /* by which the server is known, see `engine_net_server_key`; "":
                               * whoever answers */
    const char* resume_token; /* of `engine_net_client_resume_token`: takes over that session */
    uint32_t colour;          /* of the avatar, 0xRRGGBB */
    uint32_t connect_timeout_ms; /* until an attempt counts as failed: 5,000 */
    uint32_t session_timeout_ms; /* silence after which the link is given up: 10,000 */
    uint32_t resume_time_ms;     /* how long a lost link is tried again: 30,000; 0: never */
    uint32_t max_interpolation_delay_ms; /* how far in the past is shown at most: 500 */
    uint32_t max_extrapolation_ms; /* how far entities move on without news: 100 */
    const uint8_t* schema;    /* a .bfbs of the room kinds that it will join; copied. The server may
                               * have another version of it: fields follow each other by name */
    size_t schema_size;
    const uint8_t* prior;     /* the server's; null: none. Copied */
    size_t prior_size;
    const char* event_table;  /* the table that events are; "": the schema's root type, if
                               * `on_event` is set */
    const char* state_table;  /* the table that the room's state is; "": it is not taken */
    engine_net_log log;       /* null: warnings and errors to the standard error stream */
    void* log_user;
} engine_net_client_config;

/* As `engine_net_server_config_init`. */
engine_net_result engine_net_client_config_init(engine_net_client_config* config,
                                                uint32_t struct_size);

/* How a client stands to its server. */
typedef enum engine_net_client_state {
    ENGINE_NET_CONNECTING = 0, /* until the server has welcomed the session */
    ENGINE_NET_ONLINE = 1,     /* in the lobby or in a room */
    ENGINE_NET_SUSPENDED = 2,  /* the link is lost, attempts to resume go on */
    ENGINE_NET_CLOSED = 3      /* for good: `engine_net_client_close_reason` */
} engine_net_client_state;

/* Why a client is closed. */
typedef enum engine_net_close_reason {
    ENGINE_NET_CLOSE_NONE = 0,
    ENGINE_NET_CLOSE_LEFT = 1,           /* `engine_net_client_leave` was called */
    ENGINE_NET_CLOSE_UNREACHABLE = 2,    /* no answer in time */
    ENGINE_NET_CLOSE_TIMED_OUT = 3,      /* silent for too long and not resumed in time */
    ENGINE_NET_CLOSE_REFUSED = 4,        /* the server said no; the detail says why */
    ENGINE_NET_CLOSE_TOKEN_REFUSED = 5,  /* it wants a connect token, or another one */
    ENGINE_NET_CLOSE_SERVER_CLOSING = 6,
    ENGINE_NET_CLOSE_KICKED = 7,
    ENGINE_NET_CLOSE_PROTOCOL_ERROR = 8,
    ENGINE_NET_CLOSE_REPLACED = 9,       /* another client resumed this session */
    ENGINE_NET_CLOSE_BAD_CONFIG = 10
} engine_net_close_reason;

/* What a request to the server came to. */
typedef enum engine_net_request_error {
    ENGINE_NET_REQUEST_OK = 0,
    ENGINE_NET_REQUEST_UNKNOWN_KIND = 1, /* the server has no such room kind */
    ENGINE_NET_REQUEST_NO_SUCH_ROOM = 2,
    ENGINE_NET_REQUEST_ROOM_FULL = 3,
    ENGINE_NET_REQUEST_TOO_MANY_ROOMS = 4,
    ENGINE_NET_REQUEST_REFUSED_BY_GAME = 5,  /* the detail is the game's own */
    ENGINE_NET_REQUEST_SCHEMA_MISMATCH = 6,  /* the detail names the field and both versions */
    ENGINE_NET_REQUEST_NOT_IN_ROOM = 7,
    ENGINE_NET_REQUEST_ROOM_LOCKED = 8,
    ENGINE_NET_REQUEST_WRONG_PASSWORD = 9,
    ENGINE_NET_REQUEST_TOO_MANY_ATTEMPTS = 10, /* at passwords and codes: wait a few seconds */
    ENGINE_NET_REQUEST_BANNED = 11,
    ENGINE_NET_REQUEST_CANCELLED = 12,
    ENGINE_NET_REQUEST_NOT_HOST = 13,
    ENGINE_NET_REQUEST_NOT_NOW = 14,
    ENGINE_NET_REQUEST_NO_SUCH_PLAYER = 15,
    ENGINE_NET_REQUEST_NOT_ALLOWED = 16,
    ENGINE_NET_REQUEST_MUTED = 17,
    ENGINE_NET_REQUEST_TOO_FAST = 18,
    ENGINE_NET_REQUEST_BAD_REQUEST = 19,
    ENGINE_NET_REQUEST_SERVER_CLOSING = 20,
    ENGINE_NET_REQUEST_TIMED_OUT = 21,
    ENGINE_NET_REQUEST_LINK_LOST = 22,  /* the session ended before the answer */
    ENGINE_NET_REQUEST_UNREACHABLE = 23
} engine_net_request_error;

/* One sentence for a person each; static. */
const char* engine_net_leave_reason_text(engine_net_leave_reason reason);
const char* engine_net_close_reason_text(engine_net_close_reason reason);
const char* engine_net_request_error_text(engine_net_request_error error);

/* What a client is told, within its step. A null callback is not called. In each, all functions of
 * the client may be called but step and destroy; texts and bytes are valid for the call. */
typedef struct engine_net_client_callbacks {
    uint32_t struct_size; /* sizeof(engine_net_client_callbacks) */
    void* user;
    /* From the room: a finished FlatBuffer that is a valid `event_table`. */
    void (*on_event)(void* user, engine_net_client* client, const uint8_t* event, size_t size);
    /* Another version of the room's state is here: `engine_net_client_room_state`. */
    void (*on_room_state)(void* user, engine_net_client* client);
    /* The server took one out of the room. */
    void (*on_room_left)(void* user,
                         engine_net_client* client,
                         engine_net_leave_reason reason,
                         const char* detail);
    /* The room list that `engine_net_client_watch_rooms` asked for has changed. */
    void (*on_rooms)(void* user, engine_net_client* client);
    /* The link is silent or lost: what is shown is old. `on_resumed` or `on_closed` follows. */
    void (*on_suspended)(void* user, engine_net_client* client);
    void (*on_resumed)(void* user, engine_net_client* client, uint32_t missed_ticks);
    /* Closed for good by anything but `engine_net_client_leave`. */
    void (*on_closed)(void* user,
                      engine_net_client* client,
                      engine_net_close_reason reason,
                      const char* detail);
} engine_net_client_callbacks;

/* A client that does nothing before its first step. `callbacks` is optional. `*client` is null
 * unless ENGINE_NET_OK. */
engine_net_result engine_net_client_create(const engine_net_client_config* config,
                                           const engine_net_client_callbacks* callbacks,
                                           engine_net_client** client);
/* Says nothing to the server, which keeps the seat until its timeouts: `engine_net_client_leave`
 * first. No callback comes any more. From any thread, not within a callback. Null does nothing. */
void engine_net_client_destroy(engine_net_client* client);

/* Connects at first; receives, calls back, sends. Once a frame, at least every 100 ms. Not within a
 * callback. */
engine_net_result engine_net_client_step(engine_net_client* client, engine_net_time now);
/* Step does nothing before this time unless a datagram arrives. INT64_MAX when it can't be told. */
engine_net_time engine_net_client_next_step(const engine_net_client* client);
/* Blocks until a datagram arrives or `deadline` passes: for programs without a frame loop. */
engine_net_result engine_net_client_wait_until(engine_net_client* client,
                                               engine_net_time deadline);

engine_net_client_state engine_net_client_get_state(const engine_net_client* client);
engine_net_close_reason engine_net_client_close_reason(const engine_net_client* client);
/* Why the server refused or closed, in its words; "" without. Valid until the next step. */
const char* engine_net_client_close_detail(const engine_net_client* client);
/* Ends the session politely; go on with step until ENGINE_NET_CLOSED. */
engine_net_result engine_net_client_leave(engine_net_client* client);
/* Lets another process take over the session after a crash of this one; "" without a session. A
 * secret; it changes at each resume. Valid until the next call of this function, or step. */
const char* engine_net_client_resume_token(engine_net_client* client);

/* The answer to a request for a room. */
typedef struct engine_net_join_result {
    engine_net_request_error error;
    const char* detail; /* may be shown; often "" */
    uint32_t room;
    uint32_t presence;  /* one's own */
    const char* invite; /* the room's code, which brings others into it */
} engine_net_join_result;

/* `result` is valid for the call. */
typedef void (*engine_net_join_done)(void* user,
                                     engine_net_client* client,
                                     const engine_net_join_result* result);

/* Requests may be made before the client is online; they wait for it. `done` is optional and called
 * once, within a step, with the `user` given here; not after the client is destroyed. */

/* Quick join: the fullest room of this kind with a free seat, else a new one. */
engine_net_result engine_net_client_join_or_create(engine_net_client* client,
                                                   const char* kind,
                                                   engine_net_join_done done,
                                                   void* user);
/* A room of the list. `password` null: none. */
engine_net_result engine_net_client_join_room(engine_net_client* client,
                                              uint32_t room,
                                              const char* password,
                                              engine_net_join_done done,
                                              void* user);
/* Any room by its `invite`, a private one too. */
engine_net_result engine_net_client_join_by_invite(engine_net_client* client,
                                                   const char* invite,
                                                   const char* password,
                                                   engine_net_join_done done,
                                                   void* user);
/* A new one. `name` null: the kind and a number; `capacity` 0: the kind's; `is_private`: in no list,
 * whoever is to come needs its invite code; `password` null: none, else at most 64 bytes. */
engine_net_result engine_net_client_create_room(engine_net_client* client,
                                                const char* kind,
                                                const char* name,
                                                uint32_t capacity,
                                                bool is_private,
                                                const char* password,
                                                engine_net_join_done done,
                                                void* user);
/* Back to the lobby. */
engine_net_result engine_net_client_leave_room(engine_net_client* client);

/* The room one is in, and one's own presence there; 0 in the lobby. */
uint32_t engine_net_client_room(const engine_net_client* client);
uint32_t engine_net_client_presence(const engine_net_client* client);

/* One of those who are in the room. The name is valid until the next step. */
typedef struct engine_net_member {
    uint32_t presence;
    const char* name;
    const char* user;
    uint32_t colour;
    uint32_t ping_ms;  /* 0: not known */
    bool is_spectator;
    bool is_connected;
} engine_net_member;

/* Everyone in the room, by presence; none in the lobby. `*members` is an array of `*count` whose
 * elements are `*stride` bytes apart (optional), valid until the next step or call. */
engine_net_result engine_net_client_members(engine_net_client* client,
                                            const engine_net_member** members,
                                            size_t* count,
                                            size_t* stride);

/* One line of the lobby list. Texts are valid until the next step. */
typedef struct engine_net_room_info {
    uint32_t id;
    const char* kind;
    const char* name;
    uint32_t players;
    uint32_t capacity;
    uint32_t spectators;
    bool has_password;
    bool is_locked; /* nobody gets in at present */
} engine_net_room_info;

/* From now on the room list is kept up to date, or no more. */
engine_net_result engine_net_client_watch_rooms(engine_net_client* client);
engine_net_result engine_net_client_unwatch_rooms(engine_net_client* client);
/* The whole list has come. */
bool engine_net_client_has_all_rooms(const engine_net_client* client);
/* As `engine_net_client_members`: the list so far, by id. */
engine_net_result engine_net_client_rooms(engine_net_client* client,
                                          const engine_net_room_info** rooms,
                                          size_t* count,
                                          size_t* stride);

/* The command for each tick from now on, until the next call: the bytes of the struct `type` of the
 * client's schema. Sent once for each tick of the server, with the newest unacked ones before it. A
 * press shorter than a tick must be held by the game until the next one.
 * ENGINE_NET_ERROR_NOT_FOUND: no such struct; BAD_SIZE: not its size, or more than 64 bytes. */
engine_net_result engine_net_client_send_input(engine_net_client* client,
                                               const char* type,
                                               const void* input,
                                               size_t size);
/* Sends a finished FlatBuffer to the room. */
engine_net_result engine_net_client_send_event(engine_net_client* client,
                                               const uint8_t* event,
                                               size_t size,
                                               engine_net_delivery delivery);

/* How entities are given. */
typedef enum engine_net_shown {
    /* As it was a little while ago, so that it moves evenly: for the eye. */
    ENGINE_NET_INTERPOLATED = 0,
    ENGINE_NET_NEWEST = 1 /* in the newest version that has come: for decisions */
} engine_net_shown;

/* An entity as it is shown. */
typedef struct engine_net_entity {
    uint32_t id;
    const void* state; /* the struct's bytes, aligned for it */
} engine_net_entity;

/* All entities of a type as they are shown at `now`, the time of the frame, which is not before the
 * last step; none in the lobby. `*entities` is an array of `*count`; it and what it leads to are
 * valid until the next step, or the next call for the same type. `struct_size` is optional, and
 * becomes the size of each struct.
 * ENGINE_NET_ERROR_NOT_FOUND: no such `replicated` struct in the client's schema. */
engine_net_result engine_net_client_view(engine_net_client* client,
                                         const char* type,
                                         engine_net_time now,
                                         engine_net_shown shown,
                                         const engine_net_entity** entities,
                                         size_t* count,
                                         size_t* struct_size);
/* The room's state, see `engine_net_room_set_state`: the newest that has come whole and is a valid
 * `state_table`; null and 0 while there is none. Valid until the next step. */
engine_net_result engine_net_client_room_state(engine_net_client* client,
                                               const uint8_t** state,
                                               size_t* size);
/* The server's tick at `now`, as well as the client can tell. */
uint32_t engine_net_client_server_tick(const engine_net_client* client, engine_net_time now);

/* See `ClientStats`. */
typedef struct engine_net_client_stats {
    uint32_t struct_size;
    uint32_t newest_tick;         /* that the server told of */
    int64_t round_trip_us;
    int64_t jitter_us;
    int64_t input_lead_us;        /* how far ahead of the server's clock ticks get their inputs */
    int64_t interpolation_delay_us; /* how old what is shown is, by the server's clock */
    double loss_in;               /* share of the last seconds' snapshot datagrams */
    double loss_out;              /* the same of input messages */
    uint64_t snapshot_datagrams;
    uint64_t snapshot_bytes;
    uint64_t inputs_sent;
    uint64_t resumes;
    uint64_t malformed_messages;  /* events and states that are none of the game's, among others */
    uint64_t datagrams_in;
    uint64_t datagrams_out;
    uint64_t bytes_in;            /* UDP payloads */
    uint64_t bytes_out;
} engine_net_client_stats;

/* `stats->struct_size` is set by the caller. */
engine_net_result
engine_net_client_get_stats(const engine_net_client* client, engine_net_client_stats* stats);

#ifdef __cplusplus
}
#endif
/* NOLINTEND */

#endif
