#include "replay/replay_notes.hpp"

#include "replay/block_payloads.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace engine_net {

namespace {

class NoteReader {
public:
    explicit NoteReader(const RecordingFile& file) : file_(file) {}

    std::vector<ReplayNote> read() {
        BlockReader blocks = file_.blocks();
        while (notes_.size() < max_replay_notes) {
            const auto block = blocks.next();
            if (block && block->kind != BlockKind::index) {
                take(*block);
            } else if (!block && !blocks.is_at_end() && pass_damage(blocks)) {
                continue;
            } else {
                break;
            }
        }
        return std::move(notes_);
    }

private:
    bool pass_damage(BlockReader& blocks) {
        const auto& entries = file_.entries();
        const auto next = std::ranges::upper_bound(
            entries, blocks.offset(), std::ranges::less{}, &IndexEntry::offset);
        if (next == entries.end()) return false;
        blocks = file_.blocks_from(*next);
        return true;
    }

    void take(const Block& block) {
        if (block.kind == BlockKind::chat) {
            if (auto line = read_chat(block.payload)) take(block.tick, std::move(*line));
        } else if (block.kind == BlockKind::people) {
            if (auto people = read_people(block.payload)) take(block.tick, std::move(*people));
        }
    }

    void take(Tick tick, ChatLine line) {
        ReplayNote note = note_of(ReplayNoteKind::chat, tick, line.name);
        note.text = std::move(line.text);
        notes_.push_back(std::move(note));
    }

    /// Those who were there before the first tick have not come.
    void take(Tick tick, std::map<PresenceId, RoomMember> people) {
        if (people_) {
            for (const auto& [id, member] : *people_) {
                if (!people.contains(id)) add(ReplayNoteKind::left, tick, member);
            }
            for (const auto& [id, member] : people) {
                if (!people_->contains(id)) add(ReplayNoteKind::joined, tick, member);
            }
        }
        people_ = std::move(people);
    }

    void add(ReplayNoteKind kind, Tick tick, const RoomMember& member) {
        ReplayNote note = note_of(kind, tick, member.name);
        note.colour = member.colour;
        notes_.push_back(std::move(note));
    }

    [[nodiscard]] ReplayNote
    note_of(ReplayNoteKind kind, Tick tick, const std::string& name) const {
        const auto ticks = std::max(tick - file_.entries().front().tick, 0);
        ReplayNote note{.kind = kind, .tick = tick, .name = name};
        note.at =
            Duration(std::int64_t{ticks} * Duration::period::den / file_.header().ticks_per_second);
        if (!people_) return note;
        const auto by = std::ranges::find_if(*people_, [&](const auto& entry) {
            return entry.second.name == name;
        });
        if (by != people_->end()) note.colour = by->second.colour;
        return note;
    }

    const RecordingFile& file_;
    std::optional<std::map<PresenceId, RoomMember>> people_;
    std::vector<ReplayNote> notes_;
};

} // namespace

std::vector<ReplayNote> read_notes(const RecordingFile& file) {
    return NoteReader(file).read();
}

} // namespace engine_net
