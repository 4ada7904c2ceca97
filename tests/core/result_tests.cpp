#include <engine_net/result.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>

using namespace engine_net;

namespace {

enum class Failure { broken, missing };

Result<std::unique_ptr<int>, Failure> make(bool succeeds) {
    if (!succeeds) return Unexpected(Failure::missing);
    return std::make_unique<int>(5);
}

} // namespace

TEST_CASE("result: holds a value that can be taken out") {
    auto made = make(true);
    CHECK(made.has_value());
    REQUIRE(made);
    CHECK(**made == 5);
    const std::unique_ptr<int> taken = std::move(*made);
    CHECK(*taken == 5);
}

TEST_CASE("result: holds an error") {
    const auto made = make(false);
    CHECK_FALSE(made.has_value());
    CHECK_FALSE(made);
    CHECK(made.error() == Failure::missing);
}

TEST_CASE("result: the members of its value can be reached") {
    Result<std::string, Failure> text(std::string("abc"));
    CHECK(text->size() == 3);
    text->push_back('d');
    CHECK(*std::as_const(text) == "abcd");
    CHECK(std::as_const(text)->size() == 4);
}

TEST_CASE("result: a value and an error of one type are told apart") {
    const Result<std::string, std::string> value(std::string("same"));
    const Result<std::string, std::string> error(Unexpected(std::string("same")));
    CHECK(value.has_value());
    CHECK_FALSE(error.has_value());
}

TEST_CASE("result: reading the side that is not there throws") {
    const auto value = make(true);
    const auto error = make(false);
    CHECK_THROWS_AS(static_cast<void>(value.error()), std::bad_variant_access);
    CHECK_THROWS_AS(static_cast<void>(*error), std::bad_variant_access);
}
