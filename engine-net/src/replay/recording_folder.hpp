#pragma once

#include <engine_net/recording.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace engine_net {

/// A new recording in a folder.
struct RecordingInFolder {
    std::string name; ///< the file's
    RecordingSink sink;
    std::shared_ptr<const std::atomic<bool>> has_failed; ///< something could not be written
};

/// Opens a file that was not there before: `stem-1.match`, `stem-2.match`, ... In the name stand
/// only letters, digits and '-', whatever is in `stem`. Nothing when that can't be done.
std::optional<RecordingInFolder> record_into_folder(const std::string& folder,
                                                    std::string_view stem);

} // namespace engine_net
