#pragma once

#include "session/secrets.hpp"

#include <engine_net/ids.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net {

/// What resumes a session.
struct Credentials {
    SessionId session;
    Secret secret{};
};

inline constexpr std::size_t credentials_digits = 48;
/// So many hexadecimal digits.
std::string to_text(const Credentials& credentials);
/// Nothing when the text is not one of those.
std::optional<Credentials> parse_credentials(std::string_view text);

} // namespace engine_net
