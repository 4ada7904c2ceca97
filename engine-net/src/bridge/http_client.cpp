#include "bridge/http_client.hpp"

#include "core/broken_pipes.hpp"

#include <array>
#include <cstdint>
#include <curl/curl.h>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

namespace engine_net::bridge {
namespace {

/// Connections that are kept for the next that is asked.
constexpr long kept_connections = 8;
/// The loop is woken when there is something to do.
constexpr int longest_poll_ms = 1000;

/// One that is under way. Belongs to the client's thread.
class Transfer {
public:
    Transfer(std::uint64_t its_ticket, HttpCall call)
        : ticket(its_ticket), call_(std::move(call)), easy_(curl_easy_init()) {}
    ~Transfer() {
        curl_easy_cleanup(easy_);
        curl_slist_free_all(headers_);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// Null: there is no memory for it.
    [[nodiscard]] CURL* easy() const { return easy_; }

    void set_up() {
        add_header("Expect:"); // a body is sent at once
        for (const std::string& header : call_.headers) add_header(header.c_str());
        set(CURLOPT_URL, call_.url.c_str());
        set(CURLOPT_HTTPHEADER, headers_);
        if (call_.method == HttpMethod::put) set(CURLOPT_CUSTOMREQUEST, "PUT");
        set(CURLOPT_POSTFIELDS, call_.body.c_str());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(call_.timeout.count()));
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call_.timeout.count()));
        set(CURLOPT_NOSIGNAL, 1L); // there are other threads

        // It speaks with whom the operator named, and nobody else: nothing of the environment
        // counts (http_proxy, ~/.netrc), no redirect is followed, no cookie kept.
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_PROXY, "");
        set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!call_.ca_file.empty()) set(CURLOPT_CAINFO, call_.ca_file.c_str());
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_USERAGENT, "engine-net");

        set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_HEADERFUNCTION, &Transfer::take_header);
        set(CURLOPT_HEADERDATA, this);
        set(CURLOPT_ERRORBUFFER, error_.data());
    }

    /// What came of it.
    HttpReply finish(CURLcode code) {
        if (code == CURLE_OK) {
            long status = 0;
            curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
            return {static_cast<int>(status), std::move(body_), {}};
        }
        if (is_too_long_) return {0, {}, "the answer is too long"};
        return {0, {}, error_[0] != '\0' ? error_.data() : curl_easy_strerror(code)};
    }
    /// The process need not wait for names that are still looked up.
    void give_up() { set(CURLOPT_QUICK_EXIT, 1L); }

    const std::uint64_t ticket;

private:
    template <class Value>
    void set(CURLoption option, Value value) {
        (void)curl_easy_setopt(easy_, option, value);
    }
    void add_header(const char* header) {
        curl_slist* const longer = curl_slist_append(headers_, header);
        if (longer) headers_ = longer;
    }
    static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        const std::size_t bytes = size * count;
        if (transfer.body_.size() + bytes > HttpClient::max_body_bytes) {
            transfer.is_too_long_ = true;
            return 0;
        }
        transfer.body_.append(data, bytes);
        return bytes;
    }
    static std::size_t
    take_header(const char* /*data*/, std::size_t size, std::size_t count, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        transfer.header_bytes_ += size * count;
        if (transfer.header_bytes_ <= HttpClient::max_header_bytes) return size * count;
        transfer.is_too_long_ = true;
        return 0;
    }

    HttpCall call_;
    CURL* easy_;
    curl_slist* headers_ = nullptr;
    std::string body_{};
    std::size_t header_bytes_ = 0;
    bool is_too_long_ = false;
    std::array<char, CURL_ERROR_SIZE> error_{};
};

/// Once for the process, before any thread uses it.
void prepare_curl() {
    static const CURLcode prepared = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)prepared; // without it each that is asked has a problem
}

class CurlClient final : public HttpClient {
public:
    explicit CurlClient(std::function<void(std::function<void()>)> run)
        : run_(std::move(run)), waiting_(std::make_shared<Waiting>()) {
        prepare_curl();
        multi_ = curl_multi_init();
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept_connections);
    }
    ~CurlClient() override {
        {
            const std::lock_guard lock(lock_);
            is_ending_ = true;
        }
        curl_multi_wakeup(multi_);
        if (thread_.joinable()) thread_.join();
        curl_multi_cleanup(multi_);
    }
    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;

    bool call(HttpCall what, OnReply on_reply) override {
        if (!multi_ || waiting_->size() >= max_under_way) return false;
        const std::uint64_t ticket = ++tickets_;
        waiting_->emplace(ticket, std::move(on_reply));
        {
            const std::lock_guard lock(lock_);
            asked_.emplace_back(ticket, std::move(what));
        }
        curl_multi_wakeup(multi_);
        // Here, not earlier: what runs on behalf of a thread is to have no more precedence than it.
        if (!thread_.joinable()) {
            thread_ = std::thread([this] {
                work();
            });
        }
        return true;
    }

private:
    using Waiting = std::unordered_map<std::uint64_t, OnReply>;
    using Asked = std::vector<std::pair<std::uint64_t, HttpCall>>;

    void work() {
        survive_broken_pipes(); // of OpenSSL
        for (Asked asked; take(asked); asked.clear()) {
            for (auto& [ticket, call] : asked) begin(ticket, std::move(call));
            int running = 0;
            curl_multi_perform(multi_, &running);
            int left = 0;
            while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
                if (message->msg == CURLMSG_DONE) end(message->easy_handle, message->data.result);
            }
            curl_multi_poll(multi_, nullptr, 0, longest_poll_ms, nullptr);
        }
        for (auto& [easy, transfer] : transfers_) {
            transfer->give_up();
            curl_multi_remove_handle(multi_, easy);
        }
        transfers_.clear();
    }
    /// False: it is to end.
    bool take(Asked& asked) {
        const std::lock_guard lock(lock_);
        asked.swap(asked_);
        return !is_ending_;
    }
    void begin(std::uint64_t ticket, HttpCall call) {
        auto transfer = std::make_unique<Transfer>(ticket, std::move(call));
        CURL* const easy = transfer->easy();
        if (easy) transfer->set_up();
        if (!easy || curl_multi_add_handle(multi_, easy) != CURLM_OK) {
            deliver(ticket, {0, {}, "there is no memory for it"});
            return;
        }
        transfers_.emplace(easy, std::move(transfer));
    }
    void end(CURL* easy, CURLcode code) {
        curl_multi_remove_handle(multi_, easy);
        const auto found = transfers_.find(easy);
        if (found == transfers_.end()) return;
        deliver(found->second->ticket, found->second->finish(code));
        transfers_.erase(found);
    }
    void deliver(std::uint64_t ticket, HttpReply reply) {
        run_([weak = std::weak_ptr(waiting_), ticket, reply = std::move(reply)] {
            const auto waiting = weak.lock();
            if (!waiting) return;
            const auto found = waiting->find(ticket);
            if (found == waiting->end()) return;
            const OnReply on_reply = std::move(found->second);
            waiting->erase(found);
            on_reply(reply);
        });
    }

    std::function<void(std::function<void()>)> run_;
    std::shared_ptr<Waiting> waiting_; ///< of the thread that asks
    std::uint64_t tickets_ = 0;
    CURLM* multi_ = nullptr;
    std::map<CURL*, std::unique_ptr<Transfer>> transfers_; ///< of the client's thread
    std::mutex lock_;
    Asked asked_;
    bool is_ending_ = false;
    std::thread thread_;
};

} // namespace

std::unique_ptr<HttpClient> make_http_client(std::function<void(std::function<void()>)> run) {
    return std::make_unique<CurlClient>(std::move(run));
}

} // namespace engine_net::bridge
