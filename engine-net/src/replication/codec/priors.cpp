#include "replication/codec/priors.hpp"

#include "core/fnv.hpp"
#include "replication/codec/knowledge.hpp"
#include "replication/codec/prior_pass.hpp"
#include "replication/codec/range_coder.hpp"

#include <algorithm>
#include <bit>
#include <mutex>
#include <utility>

namespace engine_net {

namespace {

constexpr std::array<int, lag_classes> first_lag{1, 2, 3, 4, 6, 9, 15};
constexpr std::array<int, lag_classes> middle_lag{1, 2, 3, 4, 6, 11, 20};

/// Before what `PriorPass` writes.
struct Header {
    std::uint32_t magic = 0x32504E45; // "ENP2"
    std::uint32_t check = 0;          ///< of all else
    std::uint64_t schema_digest = 0;
    std::uint32_t probabilities = 0;
    std::uint32_t classes = 0; ///< bit i: there is a prior for class i
};

std::uint32_t check_of(Header header, Bytes body) {
    header.check = 0;
    const auto bytes = std::bit_cast<std::array<std::uint8_t, sizeof(Header)>>(header);
    return fnv1a(body, fnv1a(bytes));
}

std::vector<std::uint8_t> pack(std::span<const Knowledge> knowledge, std::size_t places) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t room = 1 << 16;; room *= 2) {
        bytes.resize(room);
        RangeEncoder coder(bytes);
        PriorPass(coder).run(knowledge, places);
        const std::size_t used = coder.finish();
        if (used > room) continue;
        bytes.resize(used);
        return bytes;
    }
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

std::vector<std::uint8_t> Priors::write(const CodeBook& book,
                                        std::uint64_t schema_digest,
                                        const std::array<std::optional<Prior>, lag_classes>& priors,
                                        double least_bits) {
    Header header;
    header.schema_digest = schema_digest;
    header.probabilities = static_cast<std::uint32_t>(book.probabilities);
    std::vector<const Prior*> present;
    for (std::size_t i = 0; i < lag_classes; ++i) {
        if (!priors[i]) continue;
        header.classes |= 1u << i;
        present.push_back(&*priors[i]);
    }
    const auto body = pack(knowledge_of(book, present, least_bits), book.probabilities);
    header.check = check_of(header, body);
    std::vector<std::uint8_t> out;
    ByteWriter writer(out);
    writer.write(header);
    writer.write_bytes(body);
    return out;
}

std::shared_ptr<const Priors::Models>
Priors::read_models(const CodeBook& book, std::uint64_t schema_digest, Bytes bytes) {
    ByteReader reader(bytes);
    const auto header = reader.read<Header>();
    if (!reader.ok() || header.magic != Header{}.magic || header.schema_digest != schema_digest ||
        header.probabilities != book.probabilities || header.classes >> lag_classes != 0 ||
        header.check != check_of(header, reader.rest()))
        return nullptr;
    std::vector<Knowledge> knowledge(static_cast<std::size_t>(std::popcount(header.classes)),
                                     Knowledge(book.probabilities));
    RangeDecoder coder(reader.rest());
    PriorPass(coder).run(knowledge, book.probabilities);
    if (!coder.is_sound()) return nullptr;
    auto models = std::make_shared<Models>();
    auto next = knowledge.begin();
    for (std::size_t i = 0; i < lag_classes; ++i) {
        if ((header.classes >> i & 1) != 0) (*models)[i].emplace(std::move(*next++));
    }
    return models;
}

std::optional<Priors> Priors::read(const CodeBook& book, std::uint64_t schema_digest, Bytes bytes) {
    struct Loaded {
        std::uint64_t schema_digest;
        std::vector<std::uint8_t> bytes;
        std::weak_ptr<const Models> models;
    };
    static std::mutex mutex;
    static std::vector<Loaded> all;
    const std::lock_guard lock(mutex);
    std::erase_if(all, [](const Loaded& one) {
        return one.models.expired();
    });
    Priors priors;
    for (const Loaded& one : all) {
        if (one.schema_digest == schema_digest && std::ranges::equal(one.bytes, bytes))
            priors.models_ = one.models.lock();
    }
    if (priors.models_) return priors;
    priors.models_ = read_models(book, schema_digest, bytes);
    if (!priors.models_) return std::nullopt;
    all.push_back({schema_digest, {bytes.begin(), bytes.end()}, priors.models_});
    return priors;
}

const TrainedModel* Priors::find(int lag) const {
    if (!models_) return nullptr;
    const auto wanted = static_cast<int>(lag_class_of(lag));
    for (int distance = 0; distance < static_cast<int>(lag_classes); ++distance) {
        for (const int candidate : {wanted - distance, wanted + distance}) {
            if (candidate < 0 || candidate >= static_cast<int>(lag_classes)) continue;
            if (const auto& model = (*models_)[static_cast<std::size_t>(candidate)]) return &*model;
        }
    }
    return nullptr;
}

} // namespace engine_net
