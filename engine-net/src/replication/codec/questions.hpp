#pragma once

#include "replication/codec/code_book.hpp"

#include <cstdint>

namespace engine_net {

/// How a pass asks: through a coder, by what a model thinks likely. An encoder gives the answer and
/// gets it back, a decoder gets it.
template <class Coder, class Model>
struct Questions {
    bool ask(bool answer, std::uint32_t place) { return model.ask(coder, answer, place); }
    /// `next` is the question's number in its row.
    bool ask(bool answer, const Mixed& mixed, const Context& context, std::uint32_t next = 0) {
        const Context places{mixed.at[0] + context[0] + next,
                             mixed.at[1] + context[1] + next,
                             mixed.at[2] + context[2] + next};
        return model.ask(coder, answer, places, mixed.weight + next);
    }

    Coder& coder;
    Model& model;
};

} // namespace engine_net
