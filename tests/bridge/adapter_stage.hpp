#pragma once

#include "bridge/adapters.hpp"
#include "bridge/fake_http_client.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

/// One adapter, in virtual time, and a service that answers when the test says so.
class AdapterStage {
public:
    explicit AdapterStage(engine_net::AdapterConfig its_config) : config(std::move(its_config)) {
        using namespace std::chrono_literals;
        config.queue_file = (std::filesystem::temp_directory_path() /
                             ("engine-net-adapter-" + std::to_string(::getpid())))
                                .string();
        if (config.channels.empty()) config.channels = {"room/*", "lobby/chat"};
        config.unix_time = [] {
            return engine_net::UnixTime(1'000'000s);
        };
        forget();
    }
    ~AdapterStage() {
        adapters_.reset();
        forget();
    }
    AdapterStage(const AdapterStage&) = delete;
    AdapterStage& operator=(const AdapterStage&) = delete;

    /// Again: as after the process's end.
    void start() {
        adapters_.reset();
        client.waiting.clear();
        auto opened =
            engine_net::bridge::Adapters::open({config},
                                               {client,
                                                stats,
                                                [] {
                                                    return std::uint64_t{0};
                                                },
                                                [this](engine_net::LogLevel, std::string text) {
                                                    log.push_back(std::move(text));
                                                }});
        REQUIRE_MESSAGE(opened, (opened ? "" : opened.error()));
        adapters_ = std::move(*opened);
        pass({});
    }
    /// Why there can be no such adapter; "": there can.
    std::string problem() {
        const auto quiet = [](engine_net::LogLevel, const std::string&) {};
        const auto random = [] {
            return std::uint64_t{0};
        };
        const auto opened =
            engine_net::bridge::Adapters::open({config}, {client, stats, random, quiet});
        return opened ? "" : opened.error();
    }
    void open(const std::string& channel,
              std::uint64_t epoch,
              std::uint64_t begin,
              const std::vector<std::string>& said = {}) {
        engine_net::bridge::tell::ChannelOpened opened{
            .channel = channel, .epoch = epoch, .begin = begin};
        opened.next = begin;
        for (const std::string& one : said) opened.items.push_back(item(opened.next++, one));
        next_[channel] = opened.next;
        adapters_->on_told(opened);
    }
    void say(const std::string& channel, const std::string& payload, const std::string& user = "") {
        engine_net::bridge::tell::ChannelItem said = item(next_[channel]++, payload);
        said.user = user;
        adapters_->on_told(engine_net::bridge::tell::ChannelNews{channel, {said}});
    }
    void tell(const engine_net::bridge::tell::ChannelNews& news) { adapters_->on_told(news); }
    void pass(engine_net::Duration time) {
        now_ += time;
        adapters_->on_time(now_);
    }
    /// Until the next request, which comes within an hour.
    void wait_for_call() {
        const std::size_t before = client.posts.size();
        for (int i = 0; client.posts.size() == before; ++i) {
            REQUIRE(i < 3600);
            pass(std::chrono::seconds(1));
        }
    }
    [[nodiscard]] const engine_net::bridge::HttpCall& last() const { return client.posts.back(); }
    /// JSON of the newest request.
    [[nodiscard]] engine_net::bridge::Json body() const {
        auto body = engine_net::bridge::parse_json(last().body);
        REQUIRE(body);
        return *body;
    }

    static engine_net::bridge::tell::ChannelItem item(std::uint64_t number,
                                                      const std::string& payload) {
        engine_net::bridge::tell::ChannelItem item;
        item.number = number;
        item.event = "goal";
        item.payload = {payload.begin(), payload.end()};
        return item;
    }

    engine_net::AdapterConfig config;
    engine_net::BridgeStats stats{};
    FakeHttpClient client{};
    std::vector<std::string> log{};

private:
    void forget() const {
        std::filesystem::remove(config.queue_file);
        std::filesystem::remove(config.queue_file + ".positions");
    }

    engine_net::Time now_{};
    std::map<std::string, std::uint64_t> next_{};
    std::unique_ptr<engine_net::bridge::Adapters> adapters_{};
};
