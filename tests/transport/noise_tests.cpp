#include "transport/secret_source.hpp"
#include "transport/secure/aes_gcm.hpp"
#include "transport/secure/datagram_key.hpp"
#include "transport/secure/datagrams.hpp"
#include "transport/secure/noise.hpp"
#include "transport/secure/replay_window.hpp"

#include <engine_net/limits.hpp>

#include <doctest/doctest.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

using namespace engine_net;

namespace {

struct Agreement {
    SecretSource random{1};
    FillRandom fill = [this](std::span<std::uint8_t> out) {
        random.fill(out);
    };
    KeyPair server = make_key_pair(fill);
    std::vector<std::uint8_t> prologue{1, 2, 3};
    std::vector<std::uint8_t> question{10, 20};
    std::vector<std::uint8_t> reply{30};
};

bool is_same(const SecretBytes& a, const SecretBytes& b) {
    return std::ranges::equal(a.view(), b.view());
}

} // namespace

TEST_CASE("secret_source: nothing is filled when nothing is asked for") {
    for (const std::optional<std::uint64_t> seed : {std::optional<std::uint64_t>(1), {}}) {
        SecretSource asked(seed);
        asked.fill({});
        if (seed) CHECK(asked.next() == SecretSource(seed).next());
    }
}

TEST_CASE("noise: both ends come to the same keys, and hear each other's payloads") {
    Agreement with;
    NoiseInitiator client(with.prologue, with.server.open, make_key_pair(with.fill));
    NoiseResponder server(with.prologue, with.server);
    std::vector<std::uint8_t> first;
    REQUIRE(client.write(with.question, first));
    CHECK(first.size() == noise_message_bytes + with.question.size());
    std::vector<std::uint8_t> heard;
    REQUIRE(server.read(first, heard));
    CHECK(heard == with.question);
    std::vector<std::uint8_t> second;
    const auto at_server = server.write(make_key_pair(with.fill), with.reply, second);
    REQUIRE(at_server);
    const auto at_client = client.read(second, heard);
    REQUIRE(at_client);
    CHECK(heard == with.reply);
    CHECK(is_same(at_server->to_client, at_client->to_client));
    CHECK(is_same(at_server->to_server, at_client->to_server));
    CHECK(!is_same(at_server->to_server, at_server->to_client));
}

TEST_CASE("noise: a changed bit anywhere in either message is noticed") {
    Agreement with;
    NoiseInitiator client(with.prologue, with.server.open, make_key_pair(with.fill));
    std::vector<std::uint8_t> first;
    REQUIRE(client.write(with.question, first));
    std::vector<std::uint8_t> heard;
    for (std::size_t at = 0; at < first.size(); ++at) {
        std::vector<std::uint8_t> changed = first;
        changed[at] ^= 1u;
        NoiseResponder server(with.prologue, with.server);
        CHECK(!server.read(changed, heard));
    }
    NoiseResponder server(with.prologue, with.server);
    REQUIRE(server.read(first, heard));
    std::vector<std::uint8_t> second;
    REQUIRE(server.write(make_key_pair(with.fill), with.reply, second));
    for (std::size_t at = 0; at < second.size(); ++at) {
        std::vector<std::uint8_t> changed = second;
        changed[at] ^= 1u;
        CHECK(!client.read(changed, heard));
    }
    CHECK(client.read(second, heard)); // the true one still counts
}

TEST_CASE("noise: another server, another prologue or a key that is none agree on nothing") {
    Agreement with;
    const KeyPair other = make_key_pair(with.fill);
    NoiseInitiator client(with.prologue, with.server.open, make_key_pair(with.fill));
    std::vector<std::uint8_t> first;
    REQUIRE(client.write(with.question, first));
    std::vector<std::uint8_t> heard;
    CHECK(!NoiseResponder(with.prologue, other).read(first, heard));
    CHECK(!NoiseResponder(with.question, with.server).read(first, heard));
    NoiseInitiator fooled(with.prologue, PublicKey{}, make_key_pair(with.fill));
    CHECK(!fooled.write(with.question, first));
}

TEST_CASE("datagram_key: what is sealed opens with its number and header alone, by either cipher") {
    std::vector<Cipher> ciphers{Cipher::chacha20_poly1305};
    if (has_fast_aes()) ciphers.push_back(Cipher::aes_256_gcm);
    Agreement with;
    for (const Cipher cipher : ciphers) {
        const DatagramKey key(cipher, with.server.secret);
        const std::array<std::uint8_t, 3> header{5, 6, 7};
        const std::array<std::uint8_t, 3> other_header{5, 6, 8};
        std::vector<std::uint8_t> sealed{1, 2, 3, 4};
        sealed.resize(4 + tag_bytes);
        key.seal(9, header, std::span(sealed).first(4), std::span(sealed).last(tag_bytes));
        std::vector<std::uint8_t> text(4);
        CHECK(key.open(9, header, sealed, text));
        CHECK(text == std::vector<std::uint8_t>{1, 2, 3, 4});
        CHECK(!key.open(10, header, sealed, text));
        CHECK(!key.open(9, other_header, sealed, text));
        sealed[2] ^= 1u;
        CHECK(!key.open(9, header, sealed, text));
    }
}

TEST_CASE("aes_gcm: the bytes of any length are those of another implementation, and open again") {
    if (!AesGcm::is_available() || crypto_aead_aes256gcm_is_available() == 0) return;
    Agreement with;
    const AesGcm mine(with.server.secret);
    const AesGcm::Nonce nonce{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const std::array<std::uint8_t, 9> header{1, 2, 3};
    for (std::size_t bytes = 0; bytes <= max_datagram_bytes; ++bytes) {
        std::vector<std::uint8_t> text(bytes);
        with.fill(text);
        std::vector<std::uint8_t> theirs(bytes + tag_bytes);
        crypto_aead_aes256gcm_encrypt(theirs.data(),
                                      nullptr,
                                      text.data(),
                                      bytes,
                                      header.data(),
                                      header.size(),
                                      nullptr,
                                      nonce.data(),
                                      with.server.secret.data());
        std::vector<std::uint8_t> sealed = text;
        sealed.resize(bytes + tag_bytes);
        const std::span tag = std::span(sealed).last(tag_bytes);
        mine.seal(nonce, header, std::span(sealed).first(bytes), tag);
        REQUIRE(sealed == theirs);
        std::vector<std::uint8_t> opened(bytes);
        REQUIRE(mine.open(nonce, header, Bytes(sealed).first(bytes), tag, opened));
        REQUIRE(opened == text);
    }
}

TEST_CASE(
    "replay_window: each number is new once, also across gaps, out of order, and not when old") {
    ReplayWindow window;
    CHECK(window.is_new(0));
    CHECK(window.take(0));
    CHECK(!window.is_new(0));
    CHECK(window.take(5));
    CHECK(window.is_new(3));
    CHECK(!window.take(3)); // not the newest
    CHECK(!window.is_new(3));
    CHECK(window.is_new(4));
    CHECK(window.take(2'000));
    CHECK(!window.is_new(4));
    CHECK(window.is_new(2'000 - 1'023));
    CHECK(!window.is_new(2'000 - 1'024));
    for (std::uint64_t i = 2'001; i < 4'000; ++i) {
        CHECK(window.is_new(i));
        window.take(i);
        CHECK(!window.is_new(i));
    }
}

TEST_CASE("replay_window: the upper half of a number follows from those that came") {
    ReplayWindow window;
    CHECK(window.whole(0) == 0);
    CHECK(window.whole(7) == 7);
    constexpr std::uint64_t turn = std::uint64_t{1} << 32;
    window.take(turn - 3);
    CHECK(window.whole(0xFFFF'FFFE) == turn - 2);
    CHECK(window.whole(2) == turn + 2);
    window.take(turn + 2);
    CHECK(window.whole(0xFFFF'FFFF) == turn - 1);
    CHECK(window.whole(3) == turn + 3);
    window.take(3 * turn + 100);
    CHECK(window.whole(99) == 3 * turn + 99);
}
