#include "c_api/table_check.hpp"

#include "room/metadata_check.hpp"

namespace engine_net::c_api {
namespace {

/// What looking through one may cost, as `max_metadata_work`: each byte of an honest one once, and
/// the fields that its tables do not have.
std::size_t max_work(Bytes bytes) {
    return 1024 + 8 * bytes.size();
}

} // namespace

Result<TableCheck, std::string> TableCheck::load(CompiledSchema schema, std::string_view table) {
    auto types = read_metadata_types(schema, table);
    if (!types) return Unexpected(types.error());
    if (types->empty()) return Unexpected(std::string("there is no schema"));
    return TableCheck(std::move(*types));
}

bool TableCheck::is_valid(Bytes bytes) const {
    return MetadataCheck(types_, bytes, max_work(bytes)).is_whole();
}

} // namespace engine_net::c_api
