#pragma once

#include "replication/replicated_schema.hpp"
#include "replication/struct_conversion.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace engine_net {

/// A client's schema, as it was compiled and as it was read. Both outlive what is made of them.
struct OwnSchema {
    CompiledSchema compiled;
    const ReplicatedSchema& loaded;
};

/// A server's schema that is not the client's own, and how structs of one become those of the
/// other. Immutable.
class ForeignSchema {
public:
    /// Refuses, besides what `ReplicatedSchema::load` does, a schema of which the client would show
    /// nothing or something wrong. The text names the place and what each side has there.
    static Result<std::unique_ptr<const ForeignSchema>, SchemaError> load(const OwnSchema& own,
                                                                          CompiledSchema server);

    [[nodiscard]] const ReplicatedSchema& schema() const { return schema_; }
    /// From the server's struct of this name to the client's, or null unless both have one.
    [[nodiscard]] const StructConversion* to_own(std::string_view name) const;
    /// The other way round.
    [[nodiscard]] const StructConversion* from_own(std::string_view name) const;

private:
    struct Conversions {
        StructConversion to_own;
        StructConversion from_own;
    };

    explicit ForeignSchema(ReplicatedSchema schema) : schema_(std::move(schema)) {}
    void convert_all(const OwnSchema& own, const CompiledSchema& server);

    ReplicatedSchema schema_;
    std::map<std::string, Conversions, std::less<>> conversions_;
};

} // namespace engine_net
