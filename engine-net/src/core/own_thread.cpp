#include "core/own_thread.hpp"

#include "core/assert.hpp"

#include <cstdio>

namespace engine_net {

namespace {

void fail([[maybe_unused]] const char* function) {
#ifndef NDEBUG
    std::fprintf(stderr, "engine-net: %s was called on the wrong thread\n", function);
#endif
    ENGINE_NET_ASSERT(!"called on another thread than the object's own");
}

std::atomic<WrongThreadListener> wrong_thread_listener = fail;

} // namespace

void OwnThread::refuse(const char* function) const {
    refused_.fetch_add(1, std::memory_order_relaxed);
    wrong_thread_listener.load()(function);
}

WrongThreadListener exchange_wrong_thread_listener(WrongThreadListener listener) {
    return wrong_thread_listener.exchange(listener);
}

} // namespace engine_net
