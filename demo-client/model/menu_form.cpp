#include "model/menu_form.hpp"

#include "program/address_option.hpp"

#include <utility>

MenuForm MenuForm::of(const engine_net::ClientConfig& config) {
    return {.name = config.name,
            .address = program::address_text(config.host, config.port),
            .colour = config.colour};
}

std::optional<std::string> MenuForm::write_to(engine_net::ClientConfig& config) const {
    engine_net::ClientConfig changed = config;
    changed.name = name;
    changed.colour = colour;
    if (auto problem = program::address_value(changed.host, changed.port).read(address)) {
        return problem;
    }
    if (auto problem = changed.validate()) return problem;
    config = std::move(changed);
    return std::nullopt;
}
