/* client GAME.bfbs PORT SECONDS: says ten times a second where the ball is. */
#include "game.h"

static void on_joined(void* user, engine_net_client* client, const engine_net_join_result* result) {
    (void)user, (void)client;
    if (result->error == ENGINE_NET_REQUEST_OK) return;
    fprintf(stderr, "%s\n", engine_net_request_error_text(result->error));
    exit(1);
}

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const struct schema* schema = read_schema(argv[1]);

    engine_net_client* client;
    engine_net_client_config config;
    must(engine_net_client_config_init(&config, sizeof config));
    config.port = (uint16_t)atoi(argv[2]);
    config.schema = schema->bytes;
    config.schema_size = schema->size;
    must(engine_net_client_create(&config, NULL, &client));
    must(engine_net_client_join_or_create(client, "field", on_joined, NULL));

    for (int frame = 0; frame < 60 * atoi(argv[3]); ++frame) {
        const engine_net_time now = engine_net_now();
        const engine_net_entity* entities;
        size_t count;
        must(engine_net_client_step(client, now));
        must(engine_net_client_view(
            client, "game.Ball", now, ENGINE_NET_INTERPOLATED, &entities, &count, NULL));
        for (size_t i = 0; i < count && frame % 6 == 0; ++i)
            printf("ball at %.2f\n", (double)((const struct ball*)entities[i].state)->x);
        engine_net_sleep_until(now + 1000000 / 60);
    }
    must(engine_net_client_leave(client));
    while (engine_net_client_get_state(client) != ENGINE_NET_CLOSED) {
        must(engine_net_client_step(client, engine_net_now()));
        engine_net_sleep_until(engine_net_now() + 5000);
    }
    engine_net_client_destroy(client);
    return 0;
}
