#pragma once

#include "core/bytes.hpp"

#include <engine_net/result.hpp>
#include <engine_net/schema.hpp>

#include <memory>
#include <optional>
#include <string>

namespace engine_net::bridge {

/// Tells states of rooms (see `Room::set_state`) as JSON. Immutable. Hides libflatbuffers.
class StateText {
public:
    /// `table` is what a state is, by its full name in the schema. Else why not, for the game's
    /// author.
    static Result<std::shared_ptr<const StateText>, std::string> load(CompiledSchema schema,
                                                                      const std::string& table);
    ~StateText();
    StateText(const StateText&) = delete;
    StateText& operator=(const StateText&) = delete;

    /// Nothing for what is not a state, or can't be said in JSON: text that is not UTF-8, numbers
    /// that are infinite or none.
    [[nodiscard]] std::optional<std::string> json_of(Bytes state) const;

private:
    struct Schema;

    explicit StateText(std::unique_ptr<Schema> schema);

    std::unique_ptr<Schema> schema_;
};

} // namespace engine_net::bridge
