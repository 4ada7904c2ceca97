#include "model/chat_log.hpp"

#include <utility>

void ChatLog::add(std::string name, std::string text, Colour colour) {
    lines_.push_back({.name = std::move(name), .text = std::move(text), .colour = colour});
    if (lines_.size() > max_lines) lines_.pop_front();
}

void ChatLog::grow_older(float seconds) {
    for (Line& line : lines_) line.age_s += seconds;
}
