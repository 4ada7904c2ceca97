#include "export.hpp"

#include "leaf_text.hpp"
#include "replay/playback.hpp"
#include "replay/recorded_entities.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

using namespace engine_net;

namespace {

/// Writes entities, one a line.
class Exporter {
public:
    Exporter(std::vector<LeafTable> tables, bool as_json, std::FILE* out)
        : tables_(std::move(tables)), as_json_(as_json), out_(out) {
        for (const LeafTable& table : tables_) {
            for (const StructLeaf& leaf : table.leaves) {
                if (std::ranges::find(names_, leaf.path) == names_.end())
                    names_.push_back(leaf.path);
            }
        }
    }

    void write_head() {
        if (as_json_) return;
        line_ = "tick,type,id";
        for (const std::string& name : names_) line_.append(",").append(name);
        write_line();
    }
    void write(const Frame& frame) {
        for (std::size_t t = 0; t < tables_.size(); ++t) {
            const TypeFrame& rows = frame.types[t];
            for (std::size_t slot = 0; slot < rows.slots(); ++slot) {
                if (!rows.has(slot)) continue;
                dequantise(*tables_[t].type, rows.row(slot), state_.data());
                write_entity(tables_[t], frame.tick, rows.id[slot]);
            }
        }
    }

private:
    void write_entity(const LeafTable& table, Tick tick, EntityId id) {
        const std::string ticks = std::to_string(tick.value);
        const std::string number = std::to_string(id.value);
        if (as_json_) {
            line_ = R"({"tick":)";
            line_.append(ticks).append(R"(,"type":")").append(table.type->name);
            line_.append(R"(","id":)").append(number);
            for (const StructLeaf& leaf : table.leaves)
                line_.append(",\"").append(leaf.path).append("\":").append(value(leaf));
            line_.append("}");
        } else {
            line_ = ticks;
            line_.append(",").append(table.type->name).append(",").append(number);
            for (const std::string& name : names_) {
                const auto leaf = std::ranges::find(table.leaves, name, &StructLeaf::path);
                line_.append(",");
                if (leaf != table.leaves.end()) line_.append(value(*leaf));
            }
        }
        write_line();
    }
    [[nodiscard]] std::string value(const StructLeaf& leaf) const {
        return text_of(leaf, state_.data());
    }
    void write_line() {
        line_.push_back('\n');
        std::fwrite(line_.data(), 1, line_.size(), out_);
    }

    std::vector<LeafTable> tables_;
    bool as_json_;
    std::FILE* out_;
    std::vector<std::string> names_; ///< columns of the CSV after the first three
    std::string line_;
    StructBytes state_{};
};

} // namespace

std::optional<std::string>
export_entities(const RecordingFile& file, const Settings& settings, std::FILE* out) {
    Exporter exporter(leaf_tables(file.schema(), file.header().schema), settings.as_json, out);
    exporter.write_head();
    const Tick from{settings.from};
    const Tick to{settings.to};
    Playback playback(file);
    auto outcome = settings.from == 0 ? playback.step() : playback.seek(from);
    for (; outcome == Playback::Outcome::frame; outcome = playback.step()) {
        const std::uint32_t tick = playback.frame()->tick.value;
        if (tick > to.value) break;
        if (tick >= from.value) exporter.write(*playback.frame());
    }
    if (outcome == Playback::Outcome::damaged) return playback.problem();
    return std::nullopt;
}
