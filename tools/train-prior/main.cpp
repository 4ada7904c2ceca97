#include "settings.hpp"
#include "training.hpp"

int main(int argc, char** argv) {
    Settings settings;
    if (const auto code = read_settings(settings, argc, argv)) return *code;
    return train_and_show(settings);
}
