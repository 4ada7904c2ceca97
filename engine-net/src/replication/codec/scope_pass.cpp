#include "replication/codec/scope_pass.hpp"

#include "core/fetch.hpp"
#include "replication/codec/code_model.hpp"
#include "replication/codec/range_coder.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace engine_net {

namespace {

/// How likely answers are at first, in 1/65536ths, and as if they had been asked a few times.
constexpr Probability seldom{1024, 6};
constexpr Probability even{32768, 2};
constexpr std::uint16_t slowest = 60;
/// Different sets of references that are kept ready.
constexpr std::size_t max_bases = 32;
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// Which slots of a block lie in at..end - 1; bit i is slot 8 * `block` + i.
unsigned asked_in(std::size_t block, std::size_t at, std::size_t end) {
    const unsigned before_at =
        at > block * block_slots ? static_cast<unsigned>(at % block_slots) : 0;
    const unsigned past_end = end < (block + 1) * block_slots
                                  ? static_cast<unsigned>(end % block_slots)
                                  : static_cast<unsigned>(block_slots);
    return (1u << past_end) - (1u << before_at);
}

/// Of a type: `none` when there is no next block, else where it stopped before that.
std::size_t end_of(std::size_t at, std::size_t next) {
    return next == none ? none : at;
}

} // namespace

template <class Coder, class Model>
ScopePass<Coder, Model>::ScopePass(Coder& coder,
                                   Model& model,
                                   const CodeBook& book,
                                   const ScopedReferences& references)
    : entities_(coder, model)
    , book_(book)
    , references_(references)
    , fetched_(references.pick(~0u))
    , fresh_(seldom)
    , appears_(seldom)
    , told_chance_(even)
    , new_told_(even)
    , here_(even) {
    bases_.reserve(max_bases); // pointers to them are kept for a while
}

template <class Coder, class Model>
void ScopePass<Coder, Model>::see(const SlotSet& sight, SharedBases& bases) {
    sight_ = &sight;
    shared_bases_ = &bases;
    entities_.see(sight);
}

template <class Coder, class Model>
bool ScopePass<Coder, Model>::ask(bool answer, Probability& probability) {
    answer = entities_.coder().bit(answer, bounded(probability.one));
    learn(probability, answer, slowest);
    return answer;
}

template <class Coder, class Model>
bool ScopePass<Coder, Model>::is_over(bool is_first, std::size_t room_bytes) const {
    if constexpr (is_encoder) {
        return !is_first && entities_.coder().bytes() > room_bytes;
    } else {
        return !is_sane_ || !entities_.coder().is_sound();
    }
}

template <class Coder, class Model>
void ScopePass<Coder, Model>::enter_type(FrameRef frame, std::uint16_t type) {
    type_number_ = type;
    entities_.enter_type(book_.types[type], type);
    bases_.clear();
    if constexpr (is_encoder) sight_words_ = sight_->words(type);
    find_known_words();
    for (std::size_t i = 0; i < references_.count; ++i) {
        if (references_.told[i]) told_words_[i] = references_.told[i]->words(type);
    }
    // Of many viewers no set is in the cache.
    for (const SlotWords words : std::span(told_words_).first(references_.count)) {
        if (!words.empty()) engine_net::fetch(words.data(), words.size_bytes());
    }
    find_fetched_rows(frame.types[type]);
}

template <class Coder, class Model>
void ScopePass<Coder, Model>::find_known_words() {
    known_words_ = {};
    if (references_.count == 0) return;
    if (references_.sight) {
        known_words_ = references_.sight->words(type_number_);
        return;
    }
    const TypeFrame& before = references_.frames[0]->types[type_number_];
    all_known_.assign((before.slots() + 63) / 64, 0);
    for (std::size_t slot = 0; slot < before.slots(); ++slot)
        all_known_[slot / 64] |= std::uint64_t{before.has(slot)} << slot % 64;
    known_words_ = all_known_;
}

template <class Coder, class Model>
void ScopePass<Coder, Model>::find_fetched_rows(TypeFrameRef here) {
    stride_ = here.stride();
    for (std::size_t j = 0; j < fetched_.count; ++j)
        fetched_rows_[j] = fetched_.frames[j]->types[type_number_].rows();
    if constexpr (is_encoder) {
        fetched_rows_[fetched_.count] = here.rows();
        fetched_verdicts_ = {};
        if (fetched_.count == 0) return;
        const SharedBasis* const shared =
            shared_bases_->find(fetched_, book_.types[type_number_], type_number_);
        if (shared != nullptr) fetched_verdicts_ = shared->verdicts;
    }
}

template <class Coder, class Model>
Slot ScopePass<Coder, Model>::run(
    FrameRef frame, ToldRef told, Slot from, Slot to, bool tells_all, std::size_t room_bytes) {
    told_ = &told;
    tells_all_ = tells_all;
    first_ = from;
    for (std::uint16_t t = from.type; t < book_.types.size() && Slot{t, 0} < to; ++t) {
        enter_type(frame, t);
        const std::size_t begin = t == from.type ? from.index : 0;
        // No room has more slots than that, all types together, so neither has what is decoded.
        const std::size_t most = max_slots - slots_counted_;
        const std::size_t end = t == to.type ? std::min<std::size_t>(to.index, most) : most;
        const std::size_t stopped = run_type(frame.types[t], begin, end, room_bytes);
        if (stopped != none) return {t, static_cast<std::uint16_t>(stopped)};
        // What is beyond the limit is for another run.
        const std::size_t wanted = t == to.type ? to.index : max_slots;
        if (is_encoder && end < wanted &&
            std::min(next_known(end, wanted), next_fresh(end, wanted)) != none)
            return {t, static_cast<std::uint16_t>(end)};
    }
    return to;
}

/// Where it stopped for lack of room, or `none`: all of the type is coded.
template <class Coder, class Model>
std::size_t ScopePass<Coder, Model>::run_type(TypeFrameRef here,
                                              std::size_t begin,
                                              std::size_t end,
                                              std::size_t room_bytes) {
    std::size_t at = begin;
    std::size_t known = next_known(at, end);
    std::size_t fresh = next_fresh(at, end);
    reached_ = 0;
    while (true) {
        const bool is_first = Slot{type_number_, static_cast<std::uint16_t>(at)} == first_;
        const bool is_full = is_over(is_first, room_bytes);
        if (is_full && (at == begin || !is_encoder)) return at;
        const bool is_fresh = ask(!is_full && fresh < known, fresh_);
        if (!is_fresh && (is_full || known == none)) return end_of(at, std::min(known, fresh));
        const std::size_t block = is_fresh ? fresh_block(at / block_slots, fresh) : known;
        const std::size_t next_at = (block + 1) * block_slots;
        if (known <= block) known = next_known(next_at, end);
        if (known != none) fetch(known);
        if (!enter_block(here, at, block, end, is_fresh)) return at;
        at = next_at;
        if (fresh <= block) fresh = next_fresh(at, end);
    }
}

/// What will be read of a block soon: of a big world nothing of it is in the cache.
template <class Coder, class Model>
void ScopePass<Coder, Model>::fetch(std::size_t block) const {
    for (unsigned known = known_in(block); known != 0; known &= known - 1) {
        const std::size_t slot =
            block * block_slots + static_cast<std::size_t>(std::countr_zero(known));
        if (slot < fetched_verdicts_.size()) engine_net::fetch(fetched_verdicts_[slot]);
        for (const auto rows : std::span(fetched_rows_).first(fetched_.count + 1)) {
            if (slot * stride_ < rows.size())
                engine_net::fetch(&rows[slot * stride_], stride_ * sizeof(std::int32_t));
        }
    }
}

/// Codes what of a block lies in `at`..`end` - 1. False for what no encoder writes: none does.
template <class Coder, class Model>
bool ScopePass<Coder, Model>::enter_block(
    TypeFrameRef here, std::size_t at, std::size_t block, std::size_t end, bool is_fresh) {
    const std::size_t first = std::max(at, block * block_slots);
    const std::size_t last = std::min(end, (block + 1) * block_slots);
    is_sane_ = first < last;
    if (!is_sane_) return false;
    if constexpr (!is_encoder) here.grow(last); // by and by: what comes may be a lie
    slots_counted_ += last - reached_;
    reached_ = last;
    this->block(here, first, last, is_fresh);
    return true;
}

/// The new block that comes next.
template <class Coder, class Model>
std::size_t ScopePass<Coder, Model>::fresh_block(std::size_t here, std::size_t fresh) {
    return here + entities_.number(is_encoder ? static_cast<std::uint32_t>(fresh - here) : 0);
}

/// Encoding: slots of a block with an entity that the viewer sees.
template <class Coder, class Model>
std::uint8_t ScopePass<Coder, Model>::seen_in(const TypeFrame& here, std::size_t block) const {
    unsigned seen = block_of(sight_words_, block);
    for (unsigned rest = seen; rest != 0; rest &= rest - 1) {
        const auto i = static_cast<std::size_t>(std::countr_zero(rest));
        if (!here.has(block * block_slots + i)) seen &= ~(1u << i);
    }
    return static_cast<std::uint8_t>(seen);
}

template <class Coder, class Model>
std::size_t ScopePass<Coder, Model>::next_known(std::size_t at, std::size_t end) const {
    auto block = next_block_of(known_words_, at / block_slots);
    while (block && *block * block_slots < end) {
        if ((known_in(*block) & asked_in(*block, at, end)) != 0) return *block;
        block = next_block_of(known_words_, *block + 1);
    }
    return none;
}

/// Encoding: the next block with an entity that is seen, though none was there before.
template <class Coder, class Model>
std::size_t ScopePass<Coder, Model>::next_fresh(std::size_t at, std::size_t end) const {
    if (!is_encoder) return none;
    auto block = next_block_of(sight_words_, at / block_slots);
    while (block && *block * block_slots < end) {
        const unsigned asked = asked_in(*block, at, end);
        if ((block_of(sight_words_, *block) & asked) != 0 && (known_in(*block) & asked) == 0)
            return *block;
        block = next_block_of(sight_words_, *block + 1);
    }
    return none;
}

template <class Coder, class Model>
void ScopePass<Coder, Model>::block(TypeFrameRef here,
                                    std::size_t begin,
                                    std::size_t end,
                                    bool is_fresh) {
    const std::size_t block = begin / block_slots;
    const unsigned all = asked_in(block, begin, end);
    const unsigned known = known_in(block) & all;
    const unsigned fresh = is_encoder ? seen_in(here, block) & all & ~known : 0;
    const bool any_appears = is_fresh || ask(fresh != 0, appears_);
    for (unsigned rest = any_appears ? all : known; rest != 0; rest &= rest - 1) {
        const auto i = static_cast<std::size_t>(std::countr_zero(rest));
        const std::size_t slot = block * block_slots + i;
        if ((known >> i & 1) != 0) {
            member(here, slot);
        } else if (ask((fresh >> i & 1) != 0, here_)) {
            appear(here, slot);
        }
    }
}

/// An entity that the viewer knows to be there.
template <class Coder, class Model>
void ScopePass<Coder, Model>::member(TypeFrameRef here, std::size_t slot) {
    if (!tells_all_) {
        // What has gone is told.
        const bool stays = is_encoder && entities_.is_here(here, slot) &&
                           here.incarnation[slot] ==
                               references_.frames[0]->types[type_number_].incarnation[slot] &&
                           !told_->has({type_number_, static_cast<std::uint16_t>(slot)});
        if (ask(stays, told_chance_)) return stay(here, slot);
    }
    if (use_basis_of(slot)) {
        entities_.keep(here, slot, slot + 1);
        entities_.entity(here, slot);
        set_told(here, slot);
    } else if (ask(entities_.is_here(here, slot), here_)) {
        appear(here, slot);
    }
}

template <class Coder, class Model>
void ScopePass<Coder, Model>::appear(TypeFrameRef here, std::size_t slot) {
    const bool is_told =
        tells_all_ ||
        ask(is_encoder && told_->has({type_number_, static_cast<std::uint16_t>(slot)}), new_told_);
    if (is_told) {
        entities_.arrive(here, slot);
        return set_told(here, slot);
    }
    const std::uint32_t incarnation = entities_.number(is_encoder ? here.incarnation[slot] : 0);
    if constexpr (!is_encoder) {
        here.incarnation[slot] =
            static_cast<std::uint16_t>(std::clamp<std::uint32_t>(incarnation, 1, 0xFFFF));
        here.id[slot] = {};
    }
}

/// It is there yet, but no word of how it is.
template <class Coder, class Model>
void ScopePass<Coder, Model>::stay(TypeFrameRef here, std::size_t slot) {
    if constexpr (!is_encoder) {
        const TypeFrame& before = references_.frames[0]->types[type_number_];
        here.incarnation[slot] = before.incarnation[slot];
        here.id[slot] = before.id[slot];
    }
}

template <class Coder, class Model>
void ScopePass<Coder, Model>::set_told(TypeFrameRef here, std::size_t slot) {
    if constexpr (!is_encoder) {
        if (here.has(slot)) told_->add({type_number_, static_cast<std::uint16_t>(slot)});
    }
}

/// Bit i: the receiver was told of this slot in reference i.
template <class Coder, class Model>
std::uint32_t ScopePass<Coder, Model>::telling(std::size_t slot) const {
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < references_.count; ++i) {
        const bool is_told = references_.told[i]
                                 ? has_slot(told_words_[i], slot)
                                 : references_.frames[i]->types[type_number_].has(slot);
        mask |= std::uint32_t{is_told} << i;
    }
    return mask;
}

/// Of the references that it was told in; false when there are none.
template <class Coder, class Model>
bool ScopePass<Coder, Model>::use_basis_of(std::size_t slot) {
    const std::uint32_t mask = telling(slot);
    if (mask == 0) return false;
    auto found = std::ranges::find(bases_, mask, &MaskedBasis::mask);
    if (found == bases_.end()) {
        if (bases_.size() == max_bases) bases_.clear();
        bases_.push_back(masked_basis(mask));
        found = bases_.end() - 1;
    }
    if (found->shared != nullptr) {
        entities_.use(found->shared->basis, found->shared->verdicts);
    } else {
        entities_.use(*found->own);
    }
    return true;
}

template <class Coder, class Model>
auto ScopePass<Coder, Model>::masked_basis(std::uint32_t mask) const -> MaskedBasis {
    const References picked = references_.pick(mask);
    const CodedType& type = book_.types[type_number_];
    if constexpr (is_encoder) {
        if (SharedBasis* const shared = shared_bases_->find(picked, type, type_number_))
            return {.mask = mask, .shared = shared, .own = {}};
    }
    MaskedBasis basis{.mask = mask, .shared = nullptr, .own = Basis(picked)};
    basis.own->enter_type(type, type_number_);
    return basis;
}

template class ScopePass<RangeEncoder, const TrainedModel>;
template class ScopePass<RangeDecoder, const TrainedModel>;
template class ScopePass<RangeEncoder, AdaptiveModel>;
template class ScopePass<RangeDecoder, AdaptiveModel>;

} // namespace engine_net
