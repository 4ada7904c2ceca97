#pragma once

#include "core/bytes.hpp"

#include <engine_net/event.hpp>
#include <engine_net/log.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <engine_net.h>
#include <exception>
#include <new>
#include <string>
#include <string_view>

/// What every function of the C API does alike.
namespace engine_net::c_api {

/// Keeps the sentence for `engine_net_last_error`, and gives `result` back.
engine_net_result fail(engine_net_result result, std::string_view sentence) noexcept;
/// The caller's mistake in `function`: `what` is wrong.
engine_net_result misuse(const char* function, const char* what) noexcept;

/// Hears of every misuse.
using MisuseListener = void (*)(const char* function, const char* what);
/// What stood there before, at first one that says it and asserts. For tests.
MisuseListener exchange_misuse_listener(MisuseListener listener);

/// Runs what a function does, so that nothing thrown gets out of it.
template <class Body>
engine_net_result guarded(const Body& body) noexcept {
    try {
        return body();
    } catch (const std::bad_alloc&) {
        return fail(ENGINE_NET_ERROR_NO_RESOURCES, "there is no memory left");
    } catch (const std::exception& error) {
        return fail(ENGINE_NET_ERROR_INTERNAL, error.what());
    } catch (...) {
        return fail(ENGINE_NET_ERROR_INTERNAL, "unknown");
    }
}
/// The same where there is no result but a value; `otherwise` when something was thrown.
template <class Value, class Body>
Value guarded_or(Value otherwise, const Body& body) noexcept {
    (void)guarded([&] {
        otherwise = body();
        return ENGINE_NET_OK;
    });
    return otherwise;
}

/// A struct as its caller knows it, of an older or a newer version; what it does not have is as in
/// `defaults`.
template <class Sized>
Sized taken(const Sized& given, Sized defaults) {
    std::memcpy(&defaults, &given, std::min<std::size_t>(given.struct_size, sizeof(Sized)));
    return defaults;
}
/// The other way: as much as the caller's version has.
template <class Sized>
void give(const Sized& ours, Sized& caller) {
    const std::uint32_t size = caller.struct_size;
    std::memcpy(&caller, &ours, std::min<std::size_t>(size, sizeof(Sized)));
    caller.struct_size = size;
}
/// What the `_init` of a configuration does.
template <class Sized, class Defaults>
engine_net_result give_defaults(Sized* config,
                                std::uint32_t struct_size,
                                const char* function,
                                const Defaults& defaults) noexcept {
    if (!config || struct_size < sizeof(struct_size))
        return misuse(function, "config is null, or struct_size no size of it");
    return guarded([&] {
        std::memset(config, 0, struct_size);
        config->struct_size = struct_size;
        give(defaults(), *config);
        return ENGINE_NET_OK;
    });
}
/// Null, or without a size.
template <class Sized>
bool is_unsized(const Sized* given) {
    return !given || given->struct_size < sizeof(given->struct_size);
}

/// For a configuration's `log`.
LogSink log_sink(engine_net_log log, void* user);

/// OK, or why an event of so many bytes can't be sent.
engine_net_result check_event(std::size_t size, engine_net_delivery delivery);
inline Delivery delivery_of(engine_net_delivery delivery) {
    return delivery == ENGINE_NET_RELIABLE ? Delivery::reliable : Delivery::unreliable;
}

inline std::string text_of(const char* text) {
    return text ? text : "";
}
inline Bytes bytes_of(const void* bytes, std::size_t size) {
    return {static_cast<const std::uint8_t*>(bytes), size};
}

} // namespace engine_net::c_api
