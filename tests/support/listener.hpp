#pragma once

#include <engine_net/client.hpp>

#include <string>
#include <vector>

/// Writes down what a client hears on channels, one line each.
struct Listener {
    std::vector<std::string> lines;
    int gaps = 0;
    std::vector<engine_net::RequestError> refusals;

    void listen(engine_net::Client& client,
                const std::string& channel,
                engine_net::SubscribeOptions options = {}) {
        options.on_gap = [this] {
            ++gaps;
        };
        options.on_refused = [this](const engine_net::RequestResult& result) {
            refusals.push_back(result.error);
        };
        client.channels().subscribe(
            channel,
            [this](const engine_net::ChannelMessage& message) {
                write(message);
            },
            std::move(options));
    }

private:
    void write(const engine_net::ChannelMessage& message) {
        const std::string name(message.name);
        switch (message.kind) {
        case engine_net::ChannelKind::message:
            lines.push_back(name + " " + std::string(message.event) + ": " +
                            std::string(message.text()));
            break;
        case engine_net::ChannelKind::chat:
            lines.push_back(name + ": " + std::string(message.text()));
            break;
        case engine_net::ChannelKind::member: lines.push_back(name + " is here"); break;
        case engine_net::ChannelKind::joined: lines.push_back(name + " joined"); break;
        case engine_net::ChannelKind::left: lines.push_back(name + " left"); break;
        }
    }
};
