/* server GAME.bfbs SECONDS: a room with a ball that rolls to and fro. */
#include "game.h"

static uint32_t ball;

static void on_create(void* user, engine_net_room* room) {
    const struct ball at = {0};
    (void)user;
    must(engine_net_room_spawn(room, "game.Ball", &at, sizeof at, 0, &ball));
}

static void on_tick(void* user, engine_net_room* room, uint32_t tick) {
    const uint32_t way = tick % 400;
    const struct ball at = {(float)(way < 200 ? way : 400 - way) * 0.05F};
    (void)user;
    must(engine_net_room_write(room, ball, &at, sizeof at));
}

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const struct schema* schema = read_schema(argv[1]);
    const engine_net_time end = engine_net_now() + 1000000 * (engine_net_time)atoi(argv[2]);

    engine_net_server* server;
    engine_net_server_config config;
    must(engine_net_server_config_init(&config, sizeof config));
    config.port = 0; /* a free one */
    must(engine_net_server_create(&config, &server));

    engine_net_room_kind_config kind;
    engine_net_room_callbacks game = {.struct_size = sizeof game};
    must(engine_net_room_kind_config_init(&kind, sizeof kind));
    kind.schema = schema->bytes;
    kind.schema_size = schema->size;
    game.on_create = on_create;
    game.on_tick = on_tick;
    must(engine_net_server_define_room(server, "field", &kind, &game));
    must(engine_net_server_start(server));
    must(engine_net_server_create_room(server, "field", "the field", NULL));
    printf("port %u\n", engine_net_server_port(server));
    fflush(stdout);

    while (engine_net_now() < end) {
        must(engine_net_server_step(server, engine_net_now()));
        engine_net_sleep_until(engine_net_server_next_step(server));
    }
    engine_net_server_destroy(server);
    return 0;
}
