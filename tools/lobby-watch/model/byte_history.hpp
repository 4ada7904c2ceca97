#pragma once

#include <engine_net/admin.hpp>
#include <engine_net/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace watch {

enum class ByteColumn : std::uint8_t { type, field, bytes_out, share, bits };
inline constexpr std::size_t byte_column_count = 5;

/// What a field of a room's snapshots costs, over the last seconds.
struct ByteRow {
    std::string type{};
    std::string field{}; ///< "" is what is there and what has changed at all
    double bytes_per_s = 0;
    double share = 0;
    double bits_per_datagram = 0;
};

/// Where the bytes of a room's snapshots went in the last minute. What the server measured of them
/// stands for all that it sent.
class ByteHistory {
public:
    /// Null: nothing is known. Anew for another room or viewer.
    void note(engine_net::Time now, const engine_net::AdminBytes* bytes);
    void pause(bool is_paused) { is_paused_ = is_paused; }
    void sort_by(ByteColumn column, bool is_descending);

    [[nodiscard]] bool is_known() const { return samples_.size() > 1; }
    [[nodiscard]] const std::vector<ByteRow>& rows() const { return rows_; }
    /// Of all that was sent in the last seconds.
    [[nodiscard]] double bytes_per_s() const { return bytes_per_s_; }
    /// Of that, what was measured.
    [[nodiscard]] double measured_share() const { return measured_share_; }

    /// What the graph has one above the other: each type, and the headers.
    [[nodiscard]] const std::vector<std::string>& parts() const { return parts_; }
    /// Bytes a second by part; one for each second, the oldest first.
    [[nodiscard]] std::vector<std::vector<double>> columns() const;
    static constexpr std::size_t most_columns = 60;

private:
    /// As counted so far, the newest of a second.
    struct Sample {
        engine_net::Time at{};
        double sent = 0;
        double datagrams = 0;
        double bytes = 0;
        std::vector<double> bits{}; ///< by line
    };
    /// What the bits of a sample are of.
    struct Line {
        std::string type{};
        std::string field{};
        std::size_t part = 0;

        friend bool operator==(const Line&, const Line&) = default;
    };

    static std::vector<Line> lines_of(const engine_net::AdminBytes& bytes);
    static Sample sample_of(engine_net::Time now, const engine_net::AdminBytes& bytes);
    void begin(const engine_net::AdminBytes& bytes, std::vector<Line> lines);
    void count();
    void sort();

    engine_net::RoomId room_{};
    engine_net::PresenceId viewer_{};
    std::vector<Line> lines_;
    std::vector<std::string> parts_;
    std::deque<Sample> samples_; ///< of one second each
    std::vector<ByteRow> rows_;
    double bytes_per_s_ = 0;
    double measured_share_ = 0;
    ByteColumn column_ = ByteColumn::bytes_out;
    bool is_descending_ = true;
    bool is_paused_ = false;
};

} // namespace watch
