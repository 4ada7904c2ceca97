#include <engine_net.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* As game.fbs has it. */
struct ball {
    float x;
};

struct schema {
    uint8_t bytes[65536];
    size_t size;
};

static inline void must(engine_net_result result) {
    if (result == ENGINE_NET_OK) return;
    fprintf(stderr, "%s\n", engine_net_last_error());
    exit(1);
}

static inline struct schema* read_schema(const char* path) {
    static struct schema schema;
    FILE* file = fopen(path, "rb");
    if (!file) return perror(path), exit(1), NULL;
    schema.size = fread(schema.bytes, 1, sizeof schema.bytes, file);
    fclose(file);
    return &schema;
}
