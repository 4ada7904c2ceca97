#include "program/secret_option.hpp"

#include "program/key_file.hpp"
#include "program/toml.hpp"

#include <memory>

namespace program {

OptionValue secret_value(std::string& secret) {
    const auto given = std::make_shared<std::string>();
    const auto read = [&secret, given](std::string_view text) -> std::optional<std::string> {
        if (text.starts_with("@")) {
            auto word = read_key(std::string(text.substr(1)), "secret");
            if (!word) return word.error();
            secret = *word;
        } else {
            secret = text;
        }
        *given = text;
        return std::nullopt;
    };
    const auto write = [given] {
        return toml_quoted(*given);
    };
    return {read, write, "TEXT|@FILE", ""};
}

} // namespace program
