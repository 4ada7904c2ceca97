#pragma once

#include "core/bytes.hpp"
#include "core/worker_threads.hpp"
#include "room/room_directory.hpp"
#include "room/room_meter.hpp"

#include <engine_net/ids.hpp>
#include <engine_net/tick.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <vector>

namespace engine_net {

/// What is due in every room.
struct RoomWork {
    Tick newest;
    std::uint32_t ticks = 1; ///< up to `newest`, which is encoded for whoever is due
};

/// Simulates, snapshots and encodes: on the calling thread, or on the threads that it is given.
/// `RoomInstance::Settings::worker` says which of them a room is on for all its life.
class RoomWorkers {
public:
    /// `threads` outlives it.
    explicit RoomWorkers(WorkerThreads& threads) : threads_(threads), outputs_(threads.count()) {}

    /// Returns when the work is done in every room. What a room throws ends the work in that room
    /// alone and is thrown then; of several, the oldest room's.
    void run(const RoomDirectory& directory, const RoomWork& work);

    /// Of the last `run`, all rooms together.
    [[nodiscard]] RoomTimes times() const;

    /// Calls `send(SessionId, Bytes)` for each datagram of the last `run`: by room, and in a room
    /// by presence, whichever worker it comes from.
    template <class Send>
    void each_datagram(Send&& send) const {
        for (const Task& task : tasks_) {
            const Output& output = outputs_[task.worker];
            std::size_t offset = task.first_byte;
            for (std::size_t i = task.first; i < task.end; ++i) {
                const Datagram& datagram = output.datagrams[i];
                send(datagram.to, Bytes(output.bytes).subspan(offset, datagram.bytes));
                offset += datagram.bytes;
            }
        }
    }

private:
    struct Datagram {
        SessionId to;
        std::size_t bytes = 0;
    };
    /// What a worker has encoded, one after the other in memory that is used again. Apart from the
    /// other workers', so that no core waits for another's cache line.
    struct alignas(64) Output {
        std::vector<std::uint8_t> bytes;
        std::vector<Datagram> datagrams;
    };
    /// A room's part of the work, and where its datagrams are in its worker's output.
    struct Task {
        RoomInstance* room = nullptr;
        std::size_t worker = 0;
        std::size_t first_byte = 0;
        std::size_t first = 0;
        std::size_t end = 0;
        RoomTimes times{};
        std::exception_ptr failure{};
    };

    void run_tasks(std::size_t worker);
    void run_task(Task& task);
    void encode(RoomInstance& room, Output& output) const;

    WorkerThreads& threads_;
    std::vector<Output> outputs_; ///< by worker
    std::vector<Task> tasks_;     ///< of the last `run`, by room
    RoomWork work_;
};

} // namespace engine_net
