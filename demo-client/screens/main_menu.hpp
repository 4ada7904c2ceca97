#pragma once

#include "model/menu_form.hpp"

#include <cstdint>
#include <string>

/// Where a player says who it is, and where it wants to go.
class MainMenu {
public:
    enum class Choice : std::uint8_t { none, play, lobby, quit };

    explicit MainMenu(MenuForm form) : form_(std::move(form)) {}

    /// Once a frame, while it is shown.
    Choice draw();
    /// What was wrong with the choice.
    void complain(std::string text) { complaint_ = std::move(text); }
    [[nodiscard]] const MenuForm& form() const { return form_; }

private:
    void draw_form();

    MenuForm form_;
    std::string complaint_;
};
