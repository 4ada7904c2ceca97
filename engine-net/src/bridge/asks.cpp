#include "bridge/asks.hpp"

#include <utility>

namespace engine_net::bridge {

bool Asks::has_room_for(Ask what) {
    // Nothing overtakes what is kept.
    return kept_.empty() && exchange_->ask(std::move(what));
}

void Asks::tell(Ask what) {
    if (!kept_.empty() || !exchange_->ask(what)) kept_.push_back(std::move(what));
}

void Asks::on_told(const tell::Answer& answer) {
    const auto found = waiting_.find(answer.ticket);
    if (found == waiting_.end()) return;
    const OnAnswer on_answer = std::move(found->second);
    waiting_.erase(found);
    on_answer(answer);
}

void Asks::on_time() {
    while (!kept_.empty() && exchange_->ask(kept_.front())) kept_.pop_front();
}

} // namespace engine_net::bridge
