#include "room/room_workers.hpp"

#include <utility>

namespace engine_net {

RoomWorkers::RoomWorkers(std::size_t threads) : outputs_(count_for(threads)) {
    try {
        for (std::size_t worker = 0; worker < threads; ++worker) {
            threads_.emplace_back([this, worker] {
                serve(worker);
            });
        }
    } catch (...) {
        stop();
        throw;
    }
}

RoomWorkers::~RoomWorkers() {
    stop();
}

void RoomWorkers::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    begun_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void RoomWorkers::run(const RoomDirectory& directory, const RoomWork& work) {
    work_ = work;
    tasks_.clear();
    for (const auto& [id, room] : directory.rooms())
        tasks_.push_back({.room = room.get(), .worker = room->settings().worker});
    for (Output& output : outputs_) {
        output.bytes.clear();
        output.datagrams.clear();
    }
    threads_.empty() ? run_tasks(0) : wait_for_workers();
    for (const Task& task : tasks_) task.room->thread.take();
    for (Task& task : tasks_) {
        if (task.failure) std::rethrow_exception(std::exchange(task.failure, nullptr));
    }
}

void RoomWorkers::wait_for_workers() {
    if (tasks_.empty()) return;
    std::unique_lock lock(mutex_);
    ++runs_;
    busy_ = threads_.size();
    begun_.notify_all();
    done_.wait(lock, [this] {
        return busy_ == 0;
    });
}

/// A worker's life.
void RoomWorkers::serve(std::size_t worker) {
    std::uint64_t runs_done = 0;
    std::unique_lock lock(mutex_);
    while (true) {
        begun_.wait(lock, [&] {
            return is_over_ || runs_ != runs_done;
        });
        if (is_over_) return;
        lock.unlock();
        run_tasks(worker);
        lock.lock();
        ++runs_done;
        if (--busy_ == 0) done_.notify_one();
    }
}

void RoomWorkers::run_tasks(std::size_t worker) {
    for (Task& task : tasks_) {
        if (task.worker != worker) continue;
        try {
            run_task(task);
        } catch (...) {
            task.failure = std::current_exception();
        }
    }
}

/// Room by room rather than stage by stage, so that a room's memory is fetched once.
void RoomWorkers::run_task(Task& task) {
    RoomInstance& room = *task.room;
    room.thread.take();
    for (std::uint32_t i = work_.ticks; i-- > 0;) {
        const Tick tick{work_.newest.value - i};
        room.simulate(tick);
        room.snapshot(tick);
    }
    if (!work_.is_shown) return;
    Output& output = outputs_[task.worker];
    task.first_byte = output.bytes.size();
    task.first = task.end = output.datagrams.size();
    encode(room, output);
    task.end = output.datagrams.size();
}

void RoomWorkers::encode(RoomInstance& room, Output& output) {
    for (const Presence* presence : room.presences()) {
        if (!presence->is_connected()) continue;
        room.encode(presence->id(), [&](Bytes datagram) {
            output.bytes.insert(output.bytes.end(), datagram.begin(), datagram.end());
            output.datagrams.push_back({presence->session(), datagram.size()});
        });
    }
}

} // namespace engine_net
