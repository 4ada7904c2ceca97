#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace engine_net {

/// What came, went or changed, in order: the newest `most`, each with a number. Whoever is told of
/// it keeps the number that comes next for it, so a change costs the same however many things and
/// watchers there are.
template <class Id>
class ChangeLog {
public:
    explicit ChangeLog(std::size_t most) : most_(most) {}

    void note(Id id) {
        if (ids_.size() == most_) {
            ids_.pop_front();
            ++first_;
        }
        ids_.push_back(std::move(id));
    }
    /// The number of the oldest that is kept, and the one that comes after the newest.
    [[nodiscard]] std::uint64_t begin() const { return first_; }
    [[nodiscard]] std::uint64_t end() const { return first_ + ids_.size(); }
    /// `number` is one of those from `begin` to below `end`.
    [[nodiscard]] const Id& at(std::uint64_t number) const {
        return ids_[static_cast<std::size_t>(number - first_)];
    }

private:
    std::size_t most_;
    std::deque<Id> ids_;
    std::uint64_t first_ = 0;
};

} // namespace engine_net
