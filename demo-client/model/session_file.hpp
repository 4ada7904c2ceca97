#pragma once

#include <string>

/// A file that outlives a crash, with what gives this player's session back to the next process.
/// For the player's eyes alone.
class SessionFile {
public:
    /// "": none is kept.
    explicit SessionFile(std::string path);

    /// What the process before left; "" when there is nothing.
    [[nodiscard]] const std::string& token() const { return token_; }
    /// Keeps another token, or, with "", none: the file is gone then.
    void keep(const std::string& token);

private:
    void write() const;

    std::string path_;
    std::string token_;
};
