#include "room/room_workers.hpp"

#include <engine_net/clock.hpp>

#include <utility>

namespace engine_net {

void RoomWorkers::run(const RoomDirectory& directory, const RoomWork& work) {
    work_ = work;
    tasks_.clear();
    for (const auto& [id, room] : directory.rooms())
        tasks_.push_back({.room = room.get(), .worker = room->settings().worker});
    for (Output& output : outputs_) {
        output.bytes.clear();
        output.datagrams.clear();
    }
    if (tasks_.empty()) return;
    threads_.run([this](std::size_t worker) {
        run_tasks(worker);
    });
    for (const Task& task : tasks_) task.room->thread.take();
    for (Task& task : tasks_) {
        if (task.failure) std::rethrow_exception(std::exchange(task.failure, nullptr));
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
    Time then = Clock::now();
    const auto lap = [&then] {
        const Time began = std::exchange(then, Clock::now());
        return then - began;
    };
    for (std::uint32_t i = work_.ticks; i-- > 0;) {
        const Tick tick{work_.newest.value - i};
        room.simulate(tick);
        task.times.simulate += lap();
        room.snapshot(tick);
        task.times.snapshot += lap();
    }
    Output& output = outputs_[task.worker];
    task.first_byte = output.bytes.size();
    task.first = task.end = output.datagrams.size();
    room.add_to_feed(work_.ticks);
    encode(room, output);
    task.end = output.datagrams.size();
    task.times.encode = lap();
    room.meter().note_tick(work_.newest, task.times);
}

RoomTimes RoomWorkers::times() const {
    RoomTimes sum;
    for (const Task& task : tasks_) sum += task.times;
    return sum;
}

void RoomWorkers::encode(RoomInstance& room, Output& output) const {
    for (const Presence* presence : room.presences()) {
        if (!presence->is_connected()) continue;
        room.encode(presence->id(), work_.ticks, [&](Bytes datagram) {
            output.bytes.insert(output.bytes.end(), datagram.begin(), datagram.end());
            output.datagrams.push_back({presence->session(), datagram.size()});
            room.meter().bytes_out += datagram.size();
        });
    }
}

} // namespace engine_net
