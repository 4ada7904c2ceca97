#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Where bots leave word for each other: invite codes of private rooms, and parties that lack
/// someone. From any thread.
class NoticeBoard {
public:
    void offer_invite(std::string code) { offer(invites_, std::move(code)); }
    std::optional<std::string> take_invite() { return take(invites_); }
    void offer_party(std::string party) { offer(parties_, std::move(party)); }
    std::optional<std::string> take_party() { return take(parties_); }

private:
    using Notes = std::vector<std::string>;

    void offer(Notes& notes, std::string note) {
        const std::lock_guard lock(mutex_);
        notes.push_back(std::move(note));
    }
    std::optional<std::string> take(Notes& notes) {
        const std::lock_guard lock(mutex_);
        if (notes.empty()) return std::nullopt;
        std::string note = std::move(notes.back());
        notes.pop_back();
        return note;
    }

    std::mutex mutex_;
    Notes invites_;
    Notes parties_;
};
