#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace watch {

/// A table as it is written to a file, for other programs to read.
struct SavedTable {
    using Cell = std::variant<std::string, std::int64_t, std::uint64_t, double, bool>;

    std::vector<std::string> columns;
    std::vector<std::vector<Cell>> rows; ///< each as long as `columns`

    /// RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it:
    /// players choose their names.
    [[nodiscard]] std::string csv() const;
    /// An array with an object for each row.
    [[nodiscard]] std::string json() const;
    /// As JSON if the file's name ends so, else as CSV. Nothing, or why it could not.
    [[nodiscard]] std::optional<std::string> save(const std::string& file) const;
};

} // namespace watch
