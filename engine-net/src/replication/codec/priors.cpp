#include "replication/codec/priors.hpp"

#include <algorithm>
#include <cstdlib>

namespace engine_net {

namespace {

constexpr std::uint32_t magic = 0x31504E45; // "ENP1"
constexpr std::array<int, lag_classes> first_lag{1, 2, 3, 4, 6, 9, 15};
constexpr std::array<int, lag_classes> middle_lag{1, 2, 3, 4, 6, 11, 20};

/// Seven bits a byte, the lowest first.
void write_varint(std::vector<std::uint8_t>& out, std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
    out.push_back(static_cast<std::uint8_t>(value));
}
std::uint32_t read_varint(ByteReader& reader) {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 32; shift += 7) {
        const auto byte = reader.read<std::uint8_t>();
        value |= (byte & 0x7Fu) << shift;
        if (byte < 0x80) break;
    }
    return value;
}

/// Places with something to tell, as steps from one to the next, and a zero at the end.
template <class IsTold, class Write>
void write_sparse(std::vector<std::uint8_t>& out,
                  std::size_t places,
                  IsTold&& is_told,
                  Write&& write) {
    std::size_t last = 0;
    for (std::size_t place = 0; place < places; ++place) {
        if (!is_told(place)) continue;
        write_varint(out, static_cast<std::uint32_t>(place + 1 - last));
        write(place);
        last = place + 1;
    }
    write_varint(out, 0);
}
template <class Read>
bool read_sparse(ByteReader& reader, std::size_t places, Read&& read) {
    std::size_t next = 0;
    while (const std::uint32_t step = read_varint(reader)) {
        next += step;
        if (!reader.ok() || next > places) return false;
        read(next - 1);
    }
    return reader.ok();
}

void write_prior(std::vector<std::uint8_t>& out, const Prior& prior, const Prior& even) {
    ByteWriter writer(out);
    write_sparse(
        out,
        prior.probabilities.size(),
        [&](std::size_t i) {
            return prior.probabilities[i].one != even.probabilities[i].one;
        },
        [&](std::size_t i) {
            writer.write(prior.probabilities[i].one);
        });
    write_sparse(
        out,
        prior.weights.size(),
        [&](std::size_t i) {
            return prior.weights[i] != even.weights[i];
        },
        [&](std::size_t i) {
            writer.write(prior.weights[i]);
        });
}

bool read_prior(ByteReader& reader, Prior& prior) {
    if (!read_sparse(reader, prior.probabilities.size(), [&](std::size_t i) {
            prior.probabilities[i].one = reader.read<std::uint16_t>();
        })) {
        return false;
    }
    // So that no sum of a mix overflows.
    constexpr std::int32_t most = 1 << 18;
    return read_sparse(reader, prior.weights.size(), [&](std::size_t i) {
        prior.weights[i] = reader.read<Weights>();
        for (std::int32_t& weight : prior.weights[i]) weight = std::clamp(weight, -most, most);
    });
}

} // namespace

std::size_t lag_class_of(int lag) {
    std::size_t found = 0;
    while (found + 1 < lag_classes && first_lag[found + 1] <= lag) ++found;
    return found;
}

int typical_lag(std::size_t lag_class) {
    return middle_lag[lag_class];
}

std::vector<std::uint8_t>
Priors::write(const CodeBook& book,
              std::uint64_t schema_digest,
              const std::array<std::optional<Prior>, lag_classes>& priors) {
    std::vector<std::uint8_t> out;
    ByteWriter writer(out);
    writer.write(magic);
    writer.write(schema_digest);
    writer.write(static_cast<std::uint32_t>(book.probabilities));
    writer.write(static_cast<std::uint32_t>(book.weights));
    const Prior even(book);
    for (const std::optional<Prior>& prior : priors) {
        writer.write(std::uint8_t{prior.has_value()});
        if (prior) write_prior(out, *prior, even);
    }
    return out;
}

std::optional<Priors> Priors::read(const CodeBook& book, std::uint64_t schema_digest, Bytes bytes) {
    ByteReader reader(bytes);
    if (reader.read<std::uint32_t>() != magic) return std::nullopt;
    if (reader.read<std::uint64_t>() != schema_digest) return std::nullopt;
    if (reader.read<std::uint32_t>() != book.probabilities ||
        reader.read<std::uint32_t>() != book.weights)
        return std::nullopt;
    Priors priors;
    for (auto& model : priors.models_) {
        if (reader.read<std::uint8_t>() == 0) continue;
        Prior prior(book);
        if (!read_prior(reader, prior)) return std::nullopt;
        model = std::make_shared<const TrainedModel>(book, prior);
    }
    if (!reader.finished()) return std::nullopt;
    return priors;
}

const TrainedModel* Priors::find(int lag) const {
    const auto wanted = static_cast<int>(lag_class_of(lag));
    for (int distance = 0; distance < static_cast<int>(lag_classes); ++distance) {
        for (const int candidate : {wanted - distance, wanted + distance}) {
            if (candidate < 0 || candidate >= static_cast<int>(lag_classes)) continue;
            if (const auto& model = models_[static_cast<std::size_t>(candidate)])
                return model.get();
        }
    }
    return nullptr;
}

} // namespace engine_net
