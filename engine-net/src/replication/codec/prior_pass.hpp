#pragma once

#include "replication/codec/code_model.hpp"
#include "replication/codec/probability.hpp"
#include "replication/codec/range_coder.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <type_traits>
#include <vector>

namespace engine_net {

/// One way through the knowledge of all classes of lags, to write it down or to read it: places of
/// which any class knows something, by the steps between them, and there each class's difference
/// to the one before. What is likely of these numbers is learned on the way.
template <class Coder>
class PriorPass {
public:
    static constexpr bool is_encoder = Coder::is_encoder;
    using Classes =
        std::conditional_t<is_encoder, std::span<const Knowledge>, std::span<Knowledge>>;

    explicit PriorPass(Coder& coder) : coder_(coder) {}

    /// All of `classes` have `places` places; what is read into must be zero.
    void run(Classes classes, std::size_t places) {
        std::size_t at = 0;
        std::uint32_t last_step = 0;
        while (at < places) {
            std::uint32_t step = 0;
            if constexpr (is_encoder) {
                while (at + step < places && !is_known(classes, at + step)) ++step;
            }
            step = number(step, steps_[length_of(last_step)]);
            if (step >= places - at) return;
            at += step;
            values(classes, at++);
            last_step = step;
        }
    }

private:
    static constexpr std::uint32_t most_bits = 24; ///< of a step
    static constexpr std::uint16_t slowest = 60;

    /// How many bits a number has, and the two below the highest.
    struct Numbers {
        std::array<Probability, most_bits + 1> longer{};
        std::array<std::array<Probability, 4>, most_bits + 1> bits{};
    };
    /// A difference, by what is known of the place so far.
    struct Differences {
        Probability same{};
        std::array<Probability, 3> sign{};
        Numbers size;
    };

    static bool is_known(Classes classes, std::size_t place) {
        return std::ranges::any_of(classes, [place](const Knowledge& one) {
            return one[place] != 0;
        });
    }
    static std::size_t length_of(std::uint32_t number) {
        return static_cast<std::size_t>(
            std::min<int>(static_cast<int>(std::bit_width(number)), 15));
    }

    bool ask(bool answer, Probability& probability) {
        constexpr std::uint32_t least = 128;
        const std::uint32_t one =
            std::clamp<std::uint32_t>(probability.one, least, probability_one - least);
        answer = coder_.bit(answer, one);
        learn(probability, answer, slowest);
        return answer;
    }

    std::uint32_t number(std::uint32_t value, Numbers& known) {
        const auto length = static_cast<std::uint32_t>(std::bit_width(value));
        std::uint32_t bits = 0;
        while (bits < most_bits && ask(bits < length, known.longer[bits])) ++bits;
        if (bits < 2) return bits;
        std::uint32_t told = 1;
        for (std::uint32_t b = bits - 1; b-- > 0;) {
            const bool bit = (value >> b & 1) != 0;
            const bool has_statistics = b + 3 >= bits;
            told = told << 1 | std::uint32_t{has_statistics ? ask(bit, known.bits[bits][told & 3])
                                                            : coder_.bit(bit, probability_one / 2)};
        }
        return told;
    }

    void values(Classes classes, std::size_t place) {
        int last = 0;
        std::size_t news = 0;
        for (std::size_t i = 0; i < classes.size(); ++i) {
            const std::size_t about = i == 0 ? 0 : last == 0 ? 1 : 2 + news;
            const int told =
                difference((is_encoder ? classes[i][place] : 0) - last, last, differences_[about]);
            last = std::clamp(last + told, -127, 127);
            news = i == 0 ? 0
                          : std::min<std::size_t>(
                                2, length_of(static_cast<std::uint32_t>(std::abs(told))));
            if constexpr (!is_encoder) classes[i][place] = static_cast<std::int8_t>(last);
        }
    }

    int difference(int value, int last, Differences& known) {
        if (ask(value == 0, known.same)) return 0;
        const bool is_less = ask(value < 0, known.sign[last < 0 ? 0 : last == 0 ? 1 : 2]);
        const auto size = static_cast<std::uint32_t>(std::abs(value));
        const auto told = static_cast<int>(std::min(number(size - 1, known.size), 255u)) + 1;
        return is_less ? -told : told;
    }

    Coder& coder_;
    std::array<Numbers, 16> steps_{}; ///< by the length of the step before
    std::array<Differences, 5> differences_{};
};

} // namespace engine_net
