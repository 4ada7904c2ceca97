#pragma once

#include "core/bytes.hpp"
#include "replication/codec/code_book.hpp"
#include "replication/codec/code_model.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace engine_net {

/// How far behind a viewer's baseline is changes what is likely, so there is a prior for each of
/// these: lags of 1, 2, 3, 4 to 5, 6 to 8, 9 to 14, and more ticks.
inline constexpr std::size_t lag_classes = 7;
std::size_t lag_class_of(int lag);
/// A lag to train the class with.
int typical_lag(std::size_t lag_class);

/// The trained priors of one game. Immutable, and shared by all that code with them.
class Priors {
public:
    /// None: the codec then learns within each datagram, and sends a quarter to a half more.
    Priors() = default;

    /// Reads what `write` gave. Nothing when the bytes are not that, or are of another schema. What
    /// was read from the same bytes is shared for as long as there is someone who has it.
    static std::optional<Priors>
    read(const CodeBook& book, std::uint64_t schema_digest, Bytes bytes);
    /// Only what saves at least `least_bits` in the matches trained with; see `knowledge_of`. The
    /// digest is that of the schema without a prior.
    static std::vector<std::uint8_t>
    write(const CodeBook& book,
          std::uint64_t schema_digest,
          const std::array<std::optional<Prior>, lag_classes>& priors,
          double least_bits = 0);

    /// The nearest trained class's, or null when there is none.
    [[nodiscard]] const TrainedModel* find(int lag) const;

private:
    using Models = std::array<std::optional<TrainedModel>, lag_classes>;

    static std::shared_ptr<const Models>
    read_models(const CodeBook& book, std::uint64_t schema_digest, Bytes bytes);

    std::shared_ptr<const Models> models_; ///< null: none
};

} // namespace engine_net
