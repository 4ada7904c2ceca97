#include "screens/link_window.hpp"

#include <imgui.h>

namespace {

void draw_way(const char* name, LinkDials::Way& way) {
    constexpr float label_at = 96;
    ImGui::PushID(name);
    ImGui::TextDisabled("%s", name);
    const auto slider = [](const char* label, float& value, float most, const char* format) {
        ImGui::AlignTextToFramePadding();
        ImGui::TextUnformatted(label);
        ImGui::SameLine(label_at);
        ImGui::PushID(label);
        ImGui::SetNextItemWidth(-1);
        ImGui::SliderFloat("##value", &value, 0, most, format, ImGuiSliderFlags_AlwaysClamp);
        ImGui::PopID();
    };
    slider("delay", way.delay_ms, 400, "%.0f ms");
    slider("jitter", way.jitter_ms, 200, "%.0f ms");
    slider("loss", way.loss_percent, 50, "%.1f %%");
    slider("duplicate", way.duplicate_percent, 50, "%.1f %%");
    slider("reorder", way.reorder_percent, 50, "%.1f %%");
    ImGui::PopID();
}

} // namespace

void LinkWindow::draw(Game& game) {
    if (!is_open_) return;
    ImGui::SetNextWindowPos({18, 172}, ImGuiCond_Appearing);
    ImGui::SetNextWindowSize({272, 0});
    const LinkDials before = dials_of(game.net_sim());
    LinkDials dials = before;
    if (ImGui::Begin("Link", &is_open_, ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoNav)) {
        ImGui::Checkbox("both ways alike", &both_alike_);
        draw_way(both_alike_ ? "each way" : "to the server", dials.out);
        if (!both_alike_) draw_way("from the server", dials.in);
        if (both_alike_ && dials.out != before.out) dials.in = dials.out;
        ImGui::Spacing();
        const char* const label = dials.is_black_out ? "End the black-out" : "Black-out";
        if (ImGui::Button(label, {-1, 0})) dials.is_black_out = !dials.is_black_out;
        if (ImGui::Button("Perfect link", {-1, 0})) dials = {};
    }
    ImGui::End();
    if (dials != before) game.set_net_sim(simulation(dials, game.net_sim()));
}
