#include "bridge/state_text.hpp"

#include "bridge/json_text.hpp"

#include <flatbuffers/idl.h>
#include <flatbuffers/reflection.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace engine_net::bridge {

namespace {

flatbuffers::IDLOptions json_options() {
    flatbuffers::IDLOptions options;
    options.strict_json = true;
    options.indent_step = -1;
    options.output_default_scalars_in_json = true;
    return options;
}

} // namespace

struct StateText::Schema {
    std::vector<std::uint8_t> compiled{}; ///< what `table` points into
    const reflection::Object* table = nullptr;
    flatbuffers::Parser parser{json_options()};
};

StateText::StateText(std::unique_ptr<Schema> schema) : schema_(std::move(schema)) {}

StateText::~StateText() = default;

Result<std::shared_ptr<const StateText>, std::string> StateText::load(CompiledSchema schema,
                                                                      const std::string& table) {
    auto made = std::make_unique<Schema>();
    made->compiled.assign(schema.bytes.begin(), schema.bytes.end());
    flatbuffers::Verifier verifier(made->compiled.data(), made->compiled.size());
    const bool is_read = reflection::VerifySchemaBuffer(verifier) &&
                         made->parser.Deserialize(made->compiled.data(), made->compiled.size());
    if (!is_read)
        return Unexpected(std::string("states can't be told: flatbuffers reads no such schema"));
    made->table =
        reflection::GetSchema(made->compiled.data())->objects()->LookupByKey(table.c_str());
    if (!made->table || made->table->is_struct() || !made->parser.SetRootType(table.c_str()))
        return Unexpected("the schema has no table " + table + ", which states are said to be");
    return std::shared_ptr<const StateText>(new StateText(std::move(made)));
}

std::optional<std::string> StateText::json_of(Bytes state) const {
    // Verify reads that much before it looks.
    if (state.size() < sizeof(flatbuffers::uoffset_t)) return std::nullopt;
    const auto& schema = *reflection::GetSchema(schema_->compiled.data());
    const std::vector<std::uint8_t> aligned(state.begin(), state.end());
    if (!flatbuffers::Verify(schema, *schema_->table, aligned.data(), aligned.size()))
        return std::nullopt;
    std::string text;
    if (!flatbuffers::GenerateText(schema_->parser, aligned.data(), &text)) return std::nullopt;
    // It writes numbers that JSON has not, too.
    if (!Json::accept(text)) return std::nullopt;
    return text;
}

} // namespace engine_net::bridge
