#include "c_api/border.hpp"

#include "core/assert.hpp"

#include <engine_net/clock.hpp>
#include <engine_net/limits.hpp>
#include <engine_net/lobby.hpp>
#include <engine_net/version.hpp>

#include <array>
#include <atomic>
#include <cstdio>

namespace engine_net::c_api {
namespace {

thread_local std::array<char, 1024> last_error{};

void say_and_assert([[maybe_unused]] const char* function, [[maybe_unused]] const char* what) {
#ifndef NDEBUG
    std::fprintf(stderr, "engine-net: %s: %s\n", function, what);
#endif
    ENGINE_NET_ASSERT(!"misuse of the C API");
}

std::atomic<MisuseListener> misuse_listener = say_and_assert;

} // namespace

engine_net_result fail(engine_net_result result, std::string_view sentence) noexcept {
    const std::size_t size = std::min(sentence.size(), last_error.size() - 1);
    std::copy_n(sentence.data(), size, last_error.data());
    last_error[size] = 0;
    return result;
}

engine_net_result misuse(const char* function, const char* what) noexcept {
    misuse_listener.load()(function, what);
    std::array<char, 256> sentence{};
    std::snprintf(sentence.data(), sentence.size(), "%s: %s", function, what);
    return fail(ENGINE_NET_ERROR_MISUSE, sentence.data());
}

MisuseListener exchange_misuse_listener(MisuseListener listener) {
    return misuse_listener.exchange(listener);
}

LogSink log_sink(engine_net_log log, void* user) {
    return [log, user](LogLevel level, std::string_view text) {
        log(user, static_cast<engine_net_log_level>(level), std::string(text).c_str());
    };
}

engine_net_result check_event(std::size_t size, engine_net_delivery delivery) {
    const std::size_t most =
        delivery == ENGINE_NET_RELIABLE ? max_event_bytes : max_unreliable_event_bytes;
    if (size > 0 && size <= most) return ENGINE_NET_OK;
    return fail(ENGINE_NET_ERROR_BAD_SIZE,
                "such an event has 1 to " + std::to_string(most) + " bytes");
}

static_assert(static_cast<int>(LogLevel::error) == ENGINE_NET_LOG_ERROR);
static_assert(static_cast<int>(LeaveReason::left) == ENGINE_NET_LEFT);
static_assert(static_cast<int>(LeaveReason::server_closing) == ENGINE_NET_SERVER_CLOSING);
static_assert(static_cast<int>(LeaveReason::node_lost) == ENGINE_NET_NODE_LOST);

} // namespace engine_net::c_api

using namespace engine_net;

const char* engine_net_last_error(void) {
    return c_api::last_error.data();
}

const char* engine_net_version(void) {
    return version.data();
}

engine_net_time engine_net_now(void) {
    return Clock::now().time_since_epoch().count();
}

void engine_net_sleep_until(engine_net_time deadline) {
    Clock::sleep_until(Time(Duration(deadline)));
}
