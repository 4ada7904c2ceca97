#pragma once

#include <imgui.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Dear ImGui without a window: what is drawn is read, and a mouse and a keyboard are played.
class ImguiStage {
public:
    explicit ImguiStage(std::function<void()> draw);
    ~ImguiStage();
    ImguiStage(const ImguiStage&) = delete;
    ImguiStage& operator=(const ImguiStage&) = delete;

    void frame();
    /// Some frames, until windows and tables have their sizes.
    void settle();
    /// The middle of the first place where these letters stand.
    [[nodiscard]] std::optional<ImVec2> find(const std::string& words) const;
    [[nodiscard]] bool shows(const std::string& words) const { return find(words).has_value(); }

    /// Presses the mouse on them; false if they are nowhere.
    bool click(const std::string& words);
    bool double_click(const std::string& words);
    void type(const std::string& letters);
    void press(ImGuiKey key);

private:
    void press_mouse();

    std::function<void()> draw_;
};
