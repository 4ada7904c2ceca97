#include "adapters.hpp"

#include "program/key_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace {

using Json = nlohmann::json;
using engine_net::AdapterConfig;

/// One entry of the file. The first thing that is wrong with it stays.
class Entry {
public:
    Entry(const Json& json, std::filesystem::path folder)
        : json_(&json), folder_(std::move(folder)) {
        if (!json.is_object()) fail("it is no object");
    }

    std::string text(const char* name, bool is_needed = true) {
        const Json* const value = find(name);
        if (value && value->is_string()) return value->get<std::string>();
        if (value) fail('"' + std::string(name) + "\" is no text");
        if (!value && is_needed) fail("it needs a \"" + std::string(name) + '"');
        return {};
    }
    std::vector<std::string> texts(const char* name) {
        const Json* const value = find(name);
        const bool is_list = value && value->is_array() &&
                             std::all_of(value->begin(), value->end(), [](const Json& one) {
                                 return one.is_string();
                             });
        if (is_list) return value->get<std::vector<std::string>>();
        fail("it needs \"" + std::string(name) + R"(", a list of texts, as ["room/*"])");
        return {};
    }
    std::optional<std::uint32_t> number(const char* name) {
        const Json* const value = find(name);
        if (!value) return std::nullopt;
        if (value->is_number_unsigned() && *value > 0U && *value <= 86'400'000U)
            return value->get<std::uint32_t>();
        fail('"' + std::string(name) + "\" is no whole number from 1 to 86400000");
        return std::nullopt;
    }
    /// From the file that NAME_file names, or the environment's variable that NAME_env does.
    std::string secret(const std::string& name, bool is_needed = true) {
        const std::string by_file = name + "_file";
        const std::string by_env = name + "_env";
        if (find(name.c_str())) fail("a secret stands in a file: say \"" + by_file + '"');
        const std::string file = text(by_file.c_str(), false);
        const std::string variable = text(by_env.c_str(), false);
        if (!file.empty()) return read_secret(folder_ / file);
        if (const char* const value = variable.empty() ? nullptr : std::getenv(variable.c_str()))
            return value;
        if (!variable.empty()) fail("the environment has no " + variable);
        if (is_needed && variable.empty())
            fail("it needs a \"" + by_file + "\" or a \"" + by_env + '"');
        return {};
    }
    [[nodiscard]] std::string path(const char* name, const std::filesystem::path& standard) {
        const std::string given = text(name, false);
        return given.empty() ? standard.string() : (folder_ / given).string();
    }
    void fail(const std::string& what) {
        if (problem_.empty()) problem_ = what;
    }
    /// After all that it can have was asked for.
    [[nodiscard]] std::string problem() {
        if (!problem_.empty()) return problem_;
        for (const auto& [name, value] : json_->items()) {
            if (std::find(known_.begin(), known_.end(), name) == known_.end())
                return "there is nothing called \"" + name + "\" in such an adapter";
        }
        return {};
    }

private:
    const Json* find(const char* name) {
        known_.emplace_back(name);
        if (!json_->is_object()) return nullptr;
        const auto found = json_->find(name);
        return found == json_->end() ? nullptr : &*found;
    }
    /// Up to the first white space.
    std::string read_secret(const std::filesystem::path& path) {
        std::ifstream file(path);
        std::string secret;
        if (!(file >> secret)) fail("there is no secret in the file " + path.string());
        return secret;
    }

    const Json* json_;
    std::filesystem::path folder_;
    std::vector<std::string> known_;
    std::string problem_;
};

void read_service(Entry& entry, const std::string& service, AdapterConfig& adapter) {
    const std::string url = entry.text("url");
    if (service == "pusher") {
        adapter.service = engine_net::PusherService{
            url, entry.text("app_id"), entry.text("key"), entry.secret("secret")};
    } else if (service == "appsync") {
        adapter.service =
            engine_net::AppSyncService{url, entry.text("namespace"), entry.secret("api_key")};
    } else if (service == "firebase") {
        adapter.service = engine_net::FirebaseService{
            url, entry.text("path", false), entry.secret("auth", false)};
    } else {
        entry.fail(R"("service" is "pusher", "appsync" or "firebase")");
    }
}

AdapterConfig read_adapter(Entry& entry) {
    AdapterConfig adapter;
    adapter.channels = entry.texts("channels");
    const std::string service = entry.text("service");
    read_service(entry, service, adapter);
    adapter.queue_file = entry.path("queue", program::key_path("adapter-" + service + ".queue"));
    adapter.ca_file = entry.path("ca_file", {});
    const auto retry_ms = entry.number("retry_ms");
    if (retry_ms) adapter.retry_after = std::chrono::milliseconds(*retry_ms);
    adapter.longest_retry = std::max(adapter.longest_retry, adapter.retry_after);
    adapter.max_refusals = entry.number("max_refusals").value_or(adapter.max_refusals);
    return adapter;
}

} // namespace

engine_net::Result<std::vector<AdapterConfig>, std::string>
read_adapters(const std::filesystem::path& path) {
    using engine_net::Unexpected;
    const std::string file_name = path.string();
    std::ifstream file(path, std::ios::binary);
    if (!file) return Unexpected("the adapters' file " + file_name + " can't be read");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const Json json = Json::parse(text, nullptr, false, true);
    if (!json.is_array() || json.empty()) {
        return Unexpected(file_name +
                          R"( is no JSON list of adapters, as [{"service":"pusher",...}])");
    }
    std::vector<AdapterConfig> adapters;
    adapters.reserve(json.size());
    for (const Json& one : json) {
        Entry entry(one, path.parent_path());
        adapters.push_back(read_adapter(entry));
        std::string problem = entry.problem();
        const bool shares =
            std::any_of(adapters.begin(), adapters.end() - 1, [&](const auto& other) {
                return other.queue_file == adapters.back().queue_file;
            });
        if (problem.empty() && shares)
            problem = R"(it has the queue of another: give one of them a "queue")";
        if (problem.empty()) continue;
        const std::string number = std::to_string(adapters.size());
        return Unexpected(std::string(file_name)
                              .append(", adapter ")
                              .append(number)
                              .append(": ")
                              .append(problem));
    }
    return adapters;
}
