#include "transport/secure/aes_gcm.hpp"

#include "core/assert.hpp"
#include "core/fetch.hpp"

#include <sodium.h>

#ifdef __x86_64__
#include <intel-ipsec-mb.h>
#endif

namespace engine_net {

#ifdef __x86_64__

namespace {

/// What the library has for this processor. It does not change, so any thread may use it.
const IMB_MGR* functions() {
    static const IMB_MGR* const chosen = []() -> const IMB_MGR* {
        IMB_MGR* const manager = alloc_mb_mgr(0);
        if (manager == nullptr) return nullptr;
        init_mb_mgr_auto(manager, nullptr);
        // Without them it would compute in tables, in a time that tells of the key.
        constexpr std::uint64_t needed = IMB_FEATURE_AESNI | IMB_FEATURE_PCLMULQDQ;
        return (manager->features & needed) == needed ? manager : nullptr;
    }();
    return chosen;
}

} // namespace

struct AesGcm::Schedule {
    gcm_key_data data;
};

bool AesGcm::is_available() {
    return functions() != nullptr;
}

AesGcm::AesGcm(const SecretBytes& key) : schedule_(std::make_unique<Schedule>()) {
    ENGINE_NET_ASSERT(is_available());
    IMB_AES256_GCM_PRE(functions(), key.data(), &schedule_->data);
}

AesGcm::~AesGcm() {
    sodium_memzero(schedule_.get(), sizeof(Schedule));
}

void AesGcm::seal(const Nonce& nonce,
                  Bytes header,
                  std::span<std::uint8_t> text,
                  std::span<std::uint8_t> tag) const {
    gcm_context_data context{};
    IMB_AES256_GCM_ENC(functions(),
                       &schedule_->data,
                       &context,
                       text.data(),
                       text.data(),
                       text.size(),
                       nonce.data(),
                       header.data(),
                       header.size(),
                       tag.data(),
                       tag.size());
}

bool AesGcm::open(
    const Nonce& nonce, Bytes header, Bytes sealed, Bytes tag, std::span<std::uint8_t> text) const {
    gcm_context_data context{};
    std::array<std::uint8_t, tag_bytes> right{};
    IMB_AES256_GCM_DEC(functions(),
                       &schedule_->data,
                       &context,
                       text.data(),
                       sealed.data(),
                       sealed.size(),
                       nonce.data(),
                       header.data(),
                       header.size(),
                       right.data(),
                       right.size());
    if (sodium_memcmp(right.data(), tag.data(), right.size()) == 0) return true;
    sodium_memzero(text.data(), text.size());
    return false;
}

void AesGcm::fetch() const {
    engine_net::fetch(*schedule_);
}

#else

struct AesGcm::Schedule {};

bool AesGcm::is_available() {
    return false;
}

AesGcm::AesGcm(const SecretBytes&) {
    ENGINE_NET_ASSERT(is_available());
}

AesGcm::~AesGcm() = default;

void AesGcm::seal(const Nonce&, Bytes, std::span<std::uint8_t>, std::span<std::uint8_t>) const {}

bool AesGcm::open(const Nonce&, Bytes, Bytes, Bytes, std::span<std::uint8_t>) const {
    return false;
}

void AesGcm::fetch() const {}

#endif

} // namespace engine_net
