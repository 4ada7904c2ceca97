// What a server sends to a replica that has seen its match so far: datagrams coded against that.

#include "replication/frame_difference.hpp"
#include "replication/random_game.hpp"
#include "replication/viewer.hpp"

#include "rocks_bfbs_generated.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

using namespace engine_net;

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Datagram = std::vector<std::uint8_t>;

/// The first byte of an input.
enum class Kind : std::uint8_t {
    datagram,        ///< what follows is a whole datagram
    body,            ///< references, first and last slot, then what the coder reads
    scoped_datagram, ///< to a viewer that sees a part of the room
    scoped_body,
};
constexpr std::uint8_t kinds = 4;

void require(bool condition) {
    if (!condition) std::abort();
}

const ReplicatedSchema& schema() {
    static const auto loaded = ReplicatedSchema::load(compiled_schema<rocks::RootBinarySchema>());
    require(loaded.has_value());
    return *loaded;
}

/// Some ticks of a match, all of which `replica` has, and datagrams of those after.
class Match {
public:
    /// Scoped: its viewer sees two thirds of the room, and is told a part of that.
    explicit Match(bool is_scoped) : is_scoped_(is_scoped) {
        for (int i = 0; i < 14; ++i) {
            for (const Datagram& one : step()) require(replica.receive(one) == ReceiveOutcome::ok);
            viewer_.on_ack(replica.acks().newest, replica.acks().bits);
        }
        last = *history_.newest();
        for (int i = 0; i < 8; ++i) {
            for (Datagram& one : step()) coming.push_back(std::move(one));
        }
    }
    /// What can be coded against the match's last tick and before: bit i of `mask` is reference i.
    [[nodiscard]] References references(std::uint8_t mask, int lag) const {
        References all;
        all.lag = lag;
        for (const int age : wanted_ages) {
            const Frame* frame = replica.find_frame(last.tick - age);
            if (!frame) continue;
            all.frames[all.count] = frame;
            all.ages[all.count++] = age;
        }
        return all.only(mask);
    }
    /// The same of scoped sections, of which any tick may be.
    [[nodiscard]] ScopedReferences scoped_references(std::uint8_t mask, int lag) const {
        ScopedReferences all;
        all.sight = replica.told_rows(last.tick);
        for (int age = 0; age < 8; ++age) {
            const Frame* frame = replica.find_frame(last.tick - age);
            if (!frame || (mask >> age & 1) == 0) continue;
            if (all.count == 0) all.lag = lag + age;
            all.frames[all.count] = frame;
            all.told[all.count] = replica.told_rows(frame->tick);
            all.ages[all.count] = all.frames[0]->tick - frame->tick;
            ++all.count;
        }
        return all;
    }

private:
    [[nodiscard]] Sight look() {
        if (!is_scoped_) return {};
        SlotSet seen;
        const Frame& frame = *history_.newest();
        encoder_.scoped()->everything(now_)->each([&](Slot slot) {
            if ((frame.types[slot.type].id[slot.index].value + now_.value / 4) % 3 != 0)
                seen.add(slot);
        });
        return {encoder_.scoped()->share(now_, std::move(seen)), {}};
    }
    std::vector<Datagram> step() {
        game_.step();
        game_.describe(history_.begin(now_ = now_ + 1));
        history_.commit();
        std::vector<Datagram> datagrams;
        viewer_.encode(now_, look(), [&](Bytes bytes) {
            datagrams.emplace_back(bytes.begin(), bytes.end());
        });
        return datagrams;
    }

    RandomGame game_{schema(), 3, 12};
    History history_{schema()};
    SnapshotCodec server_codec_{schema().types(), 60};
    SnapshotEncoder encoder_{history_, &server_codec_};
    bool is_scoped_;
    Viewer viewer_{encoder_, PresenceId{1}, is_scoped_ ? 8'000u : 0u};
    Tick now_;

public:
    SnapshotCodec codec{schema().types(), 60};
    Replica replica{schema(), &codec};
    Frame last{schema().types()};
    std::vector<Datagram> coming;
};

Match& match(bool is_scoped = false) {
    static Match whole(false);
    static Match scoped(true);
    return is_scoped ? scoped : whole;
}

/// Rows that were told; the others have no say.
bool is_in_range(const Frame& frame, const SlotSet* told) {
    Frame good = frame;
    each_slot(frame, [&](Slot slot) {
        if (told && !told->has(slot)) good.types[slot.type].incarnation[slot.index] = 0;
    });
    return out_of_range(schema().types(), good, Columns::shared).empty();
}

/// To one who has the match so far; it goes on with the true datagrams afterwards.
void receive(Match& match, Bytes datagram) {
    Replica replica = match.replica;
    // Memory of its own, so that a read past the end is seen.
    const Datagram own(datagram.begin(), datagram.end());
    replica.receive(own);
    require(replica.entities() <= max_slots);
    const Frame* frame = replica.find_frame(*replica.newest_tick());
    require(!frame || is_in_range(*frame, replica.told_rows(frame->tick)));
    static_cast<void>(replica.receive(match.coming.back()));
}

Slot read_sound_slot(ByteReader& reader) {
    const auto type = static_cast<std::uint16_t>(reader.read<std::uint8_t>() % 3);
    const auto index = static_cast<std::uint16_t>(reader.read<std::uint16_t>() % (max_slots + 1));
    const auto types = static_cast<std::uint16_t>(schema().types().size());
    return type < types ? Slot{type, index} : Slot{types, 0};
}

/// With a sound header, so that every input reaches the coder.
void decode(Match& match, bool is_scoped, Bytes input) {
    ByteReader reader(input);
    const auto mask = reader.read<std::uint8_t>();
    const int lag = 1 + reader.read<std::uint8_t>() % 127;
    const Slot from = read_sound_slot(reader);
    const Slot to = read_sound_slot(reader);
    if (!reader.ok() || from >= to) return;
    const Datagram body(reader.rest().begin(), reader.rest().end());
    Frame told(schema().types());
    told.clear(match.last.tick + lag);
    if (!is_scoped) {
        match.codec.decode_shared(match.references(mask, lag), body, {from, to, true}, told);
        return require(is_in_range(told, nullptr));
    }
    SlotSet rows;
    match.codec.decode_scoped(
        match.scoped_references(mask, lag), body, {from, to}, lag % 2 == 0, told, rows);
    require(is_in_range(told, &rows));
}

/// Valid inputs, made anew by each build: none goes stale when the coding changes.
std::size_t plant(std::uint8_t* data, std::size_t max_size, unsigned seed) {
    std::vector<std::uint8_t> input;
    ByteWriter writer(input);
    const bool is_scoped = seed / 64 % 3 == 2;
    if (is_scoped || seed / 64 % 3 == 0) {
        const auto& coming = match(is_scoped).coming;
        writer.write(is_scoped ? Kind::scoped_datagram : Kind::datagram);
        writer.write_bytes(coming[seed % coming.size()]);
    } else {
        // From the first slot to the last, against everything.
        const std::vector<std::uint8_t> head{
            static_cast<std::uint8_t>(Kind::body), 0xFF, 0, 0, 0, 0, 2, 0, 0};
        std::vector<std::uint8_t> body(2048);
        const Slot end{static_cast<std::uint16_t>(schema().types().size()), 0};
        const auto coded = match().codec.encode_shared(
            match().references(0xFF, 1), match().last, {{}, end, true}, body);
        writer.write_bytes(head);
        writer.write_bytes(Bytes(body).first(coded.bytes));
    }
    const std::size_t size = std::min(input.size(), max_size);
    std::copy_n(input.begin(), size, data);
    return size;
}

} // namespace

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
extern "C" std::size_t
LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
    if (seed % 16 == 0) size = plant(data, max_size, seed / 16);
    return LLVMFuzzerMutate(data, size, max_size);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Bytes rest = Bytes(data, size).subspan(1);
    const auto kind = static_cast<Kind>(data[0] % kinds);
    const bool is_scoped = kind == Kind::scoped_datagram || kind == Kind::scoped_body;
    if (kind == Kind::datagram || kind == Kind::scoped_datagram) {
        receive(match(is_scoped), rest);
    } else {
        decode(match(is_scoped), is_scoped, rest);
    }
    return 0;
}
// NOLINTEND(readability-identifier-naming)
