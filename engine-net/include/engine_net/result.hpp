#pragma once

#include <utility>
#include <variant>

namespace engine_net {

/// The error side of a `Result`: `return Unexpected(StartError::port_in_use);`
template <class E>
struct Unexpected {
    E error;

    explicit Unexpected(E value) : error(std::move(value)) {}
};

/// Either a value or an error, with the names of `std::expected`. Reading the side that is not
/// there is the caller's mistake and throws `std::bad_variant_access`.
template <class T, class E>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Unexpected<E> unexpected)
        : state_(std::in_place_index<1>, std::move(unexpected.error)) {}

    [[nodiscard]] bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& operator*() { return std::get<0>(state_); }
    const T& operator*() const { return std::get<0>(state_); }
    T* operator->() { return &std::get<0>(state_); }
    const T* operator->() const { return &std::get<0>(state_); }
    [[nodiscard]] const E& error() const { return std::get<1>(state_); }

private:
    std::variant<T, E> state_;
};

/// For operations that give nothing but success.
struct Done {};

} // namespace engine_net
