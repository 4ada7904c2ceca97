/* A server and two clients in one process, over real sockets, by C alone: ends with 0 as soon as each
 * player has seen the other move.
 *
 * Usage: two_players TEST_GAME.bfbs
 */
#include <engine_net.h>

#include <stdio.h>
#include <stdlib.h>

/* As test_game.fbs has them. */
struct body {
    float x, y;
    uint16_t pushes;
    uint8_t secret;
    uint8_t padding;
};
struct push {
    int8_t x, y;
};

enum { most_players = 8, patience_s = 60 };

/* The game: who has which entity. */
struct pond {
    uint32_t presences[most_players];
    uint32_t entities[most_players];
};

static void require(engine_net_result result, const char* what) {
    if (result == ENGINE_NET_OK) return;
    fprintf(stderr, "two_players: %s: %s\n", what, engine_net_last_error());
    exit(1);
}

static size_t place_of(const struct pond* pond, uint32_t presence) {
    for (size_t i = 0; i < most_players; ++i) {
        if (pond->presences[i] == presence) return i;
    }
    fprintf(stderr, "two_players: nobody has presence %u\n", (unsigned)presence);
    exit(1);
}

static void on_join(void* user, engine_net_room* room, const engine_net_presence* who) {
    struct pond* pond = user;
    const size_t place = place_of(pond, 0);
    const struct body body = {0, 0, 0, 0, 0};
    pond->presences[place] = who->id;
    require(engine_net_room_spawn(
                room, "test_game.Body", &body, sizeof body, who->id, &pond->entities[place]),
            "spawn");
}

static void on_leave(void* user,
                     engine_net_room* room,
                     const engine_net_presence* who,
                     engine_net_leave_reason reason) {
    struct pond* pond = user;
    const size_t place = place_of(pond, who->id);
    (void)reason;
    require(engine_net_room_despawn(room, pond->entities[place]), "despawn");
    pond->presences[place] = 0;
}

static void
on_input(void* user, engine_net_room* room, uint32_t presence, const void* input, size_t size) {
    struct pond* pond = user;
    const uint32_t entity = pond->entities[place_of(pond, presence)];
    const struct push* push = input;
    struct body body = *(const struct body*)engine_net_room_read(room, entity);
    (void)size;
    body.x += (float)push->x * 0.01F;
    body.y += (float)push->y * 0.01F;
    ++body.pushes;
    require(engine_net_room_write(room, entity, &body, sizeof body), "write");
}

static uint8_t* read_file(const char* name, size_t* size) {
    enum { most = 256 * 1024 };
    FILE* file = fopen(name, "rb");
    uint8_t* bytes = malloc(most);
    if (!file || !bytes) {
        fprintf(stderr, "two_players: %s can't be read\n", name);
        exit(1);
    }
    *size = fread(bytes, 1, most, file);
    fclose(file);
    return bytes;
}

static engine_net_server* start_server(struct pond* pond, const uint8_t* schema, size_t size) {
    engine_net_server_config config;
    engine_net_room_kind_config kind;
    engine_net_room_callbacks game = {0};
    engine_net_server* server = NULL;

    require(engine_net_server_config_init(&config, sizeof config), "server config");
    config.port = 0;
    config.bind_address = "127.0.0.1";
    require(engine_net_server_create(&config, &server), "server");

    require(engine_net_room_kind_config_init(&kind, sizeof kind), "room kind");
    kind.schema = schema;
    kind.schema_size = size;
    kind.input_type = "test_game.Push";
    game.struct_size = sizeof game;
    game.user = pond;
    game.on_join = on_join;
    game.on_leave = on_leave;
    game.on_input = on_input;
    require(engine_net_server_define_room(server, "pond", &kind, &game), "room");
    require(engine_net_server_start(server), "start");
    return server;
}

static engine_net_client* start_client(
    const engine_net_server* server, const char* name, const uint8_t* schema, size_t size) {
    engine_net_client_config config;
    engine_net_client* client = NULL;
    require(engine_net_client_config_init(&config, sizeof config), "client config");
    config.port = engine_net_server_port(server);
    config.name = name;
    config.schema = schema;
    config.schema_size = size;
    require(engine_net_client_create(&config, NULL, &client), "client");
    require(engine_net_client_join_or_create(client, "pond", NULL, NULL), "join");
    return client;
}

/* Whether somebody else is seen who has moved. */
static int sees_another_move(engine_net_client* client, int8_t own_way) {
    const engine_net_entity* entities = NULL;
    size_t count = 0;
    int found = 0;
    require(
        engine_net_client_view(
            client, "test_game.Body", engine_net_now(), ENGINE_NET_NEWEST, &entities, &count, NULL),
        "view");
    for (size_t i = 0; i < count; ++i) {
        const struct body* body = entities[i].state;
        if (body->x * (float)own_way < -1) found = 1;
    }
    return found;
}

int main(int argc, char** argv) {
    struct pond pond = {{0}, {0}};
    const struct push ways[2] = {{100, 0}, {-100, 0}};
    engine_net_client* clients[2];
    int seen[2] = {0, 0};
    size_t size = 0;
    if (argc != 2) {
        fprintf(stderr, "Usage: two_players TEST_GAME.bfbs\n");
        return 2;
    }
    uint8_t* schema = read_file(argv[1], &size);
    engine_net_server* server = start_server(&pond, schema, size);
    clients[0] = start_client(server, "ada", schema, size);
    clients[1] = start_client(server, "bob", schema, size);
    free(schema);

    for (size_t i = 0; i < 2; ++i)
        require(engine_net_client_send_input(
                    clients[i], "test_game.Push", &ways[i], sizeof ways[i]),
                "input");
    const engine_net_time end = engine_net_now() + (engine_net_time)patience_s * 1000000;
    while (!(seen[0] && seen[1]) && engine_net_now() < end) {
        require(engine_net_server_step(server, engine_net_now()), "server step");
        for (size_t i = 0; i < 2; ++i) {
            require(engine_net_client_step(clients[i], engine_net_now()), "client step");
            seen[i] = seen[i] || sees_another_move(clients[i], ways[i].x);
        }
        engine_net_sleep_until(engine_net_now() + 2000);
    }
    for (size_t i = 0; i < 2; ++i)
        printf("%s %s the other move\n", i == 0 ? "ada" : "bob", seen[i] ? "saw" : "did not see");

    require(engine_net_server_stop(server, "done"), "stop");
    while (!engine_net_server_has_stopped(server)) {
        require(engine_net_server_step(server, engine_net_now()), "server step");
        for (size_t i = 0; i < 2; ++i)
            require(engine_net_client_step(clients[i], engine_net_now()), "client step");
        engine_net_sleep_until(engine_net_now() + 2000);
    }
    for (size_t i = 0; i < 2; ++i) engine_net_client_destroy(clients[i]);
    engine_net_server_destroy(server);
    return seen[0] && seen[1] ? 0 : 1;
}
