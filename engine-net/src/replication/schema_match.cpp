#include "replication/schema_match.hpp"

#include "replication/scalar.hpp"
#include "replication/struct_leaves.hpp"

#include <map>
#include <string_view>
#include <vector>

namespace engine_net {
namespace {

template <class Things>
auto find_named(const Things& things, std::string_view name) {
    for (const auto* thing : things) {
        if (thing->name()->string_view() == name) return thing;
    }
    return static_cast<decltype(things.Get(0))>(nullptr);
}

std::string versions(const std::string& place, const std::string& own, const std::string& other) {
    return place + " is " + own + " here and " + other + " there";
}

using Leaves = std::vector<StructLeaf>;
using LeafMap = std::map<std::string_view, const StructLeaf*>;

LeafMap by_path(const Leaves& leaves) {
    LeafMap map;
    for (const StructLeaf& leaf : leaves) map.emplace(leaf.path, &leaf);
    return map;
}

/// Whether there are leaves within a struct or an array of that path.
bool has_inner(const LeafMap& leaves, const std::string& path) {
    for (const char* const mark : {".", "["}) {
        const auto next = leaves.lower_bound(path + mark);
        if (next != leaves.end() && next->first.starts_with(path + mark)) return true;
    }
    return false;
}

std::string mismatch_of(const std::string& name, const Leaves& own, const Leaves& other) {
    const LeafMap others = by_path(other);
    const LeafMap owns = by_path(own);
    for (const StructLeaf& leaf : own) {
        const std::string place = name + "." + leaf.path;
        const auto found = others.find(leaf.path);
        if (found == others.end()) {
            if (has_inner(others, leaf.path))
                return versions(place, name_of(leaf.scalar), "more than one number");
        } else if (found->second->scalar != leaf.scalar) {
            return versions(place, name_of(leaf.scalar), name_of(found->second->scalar));
        }
    }
    for (const StructLeaf& leaf : other) {
        if (!owns.contains(leaf.path) && has_inner(owns, leaf.path))
            return versions(name + "." + leaf.path, "more than one number", name_of(leaf.scalar));
    }
    return {};
}

bool is_same_layout(const reflection::Object& own_object,
                    const Leaves& own,
                    const reflection::Object& other_object,
                    const Leaves& other) {
    if (own_object.bytesize() != other_object.bytesize()) return false;
    const auto is_same = [](const StructLeaf& a, const StructLeaf& b) {
        return a.path == b.path && a.offset == b.offset && a.scalar == b.scalar;
    };
    return std::equal(own.begin(), own.end(), other.begin(), other.end(), is_same);
}

std::string mismatch_of(const reflection::Enum& own, const reflection::Enum& other) {
    for (const reflection::EnumVal* one : *own.values()) {
        const reflection::EnumVal* same = find_named(*other.values(), one->name()->string_view());
        if (!same || same->value() == one->value()) continue;
        return versions(own.name()->str() + "." + one->name()->str(),
                        std::to_string(one->value()),
                        std::to_string(same->value()));
    }
    return {};
}

class Matcher {
public:
    Matcher(const reflection::Schema& own, const reflection::Schema& other)
        : own_(own), other_(other) {}

    [[nodiscard]] std::string mismatch() const {
        for (const reflection::Enum* declared : *own_.enums()) {
            const auto* same = find_named(*other_.enums(), declared->name()->string_view());
            if (std::string found = same ? mismatch_of(*declared, *same) : std::string();
                !found.empty())
                return found;
        }
        for (const reflection::Object* object : *own_.objects()) {
            const auto* same = find_named(*other_.objects(), object->name()->string_view());
            if (std::string found = same ? mismatch_between(*object, *same) : std::string();
                !found.empty())
                return found;
        }
        return {};
    }

private:
    [[nodiscard]] std::string mismatch_between(const reflection::Object& own,
                                               const reflection::Object& other) const {
        if (own.is_struct() != other.is_struct()) {
            const auto kind = [](const reflection::Object& object) {
                return object.is_struct() ? "a struct" : "a table";
            };
            return versions(name_of(own), kind(own), kind(other));
        }
        if (!own.is_struct()) return mismatch_of_tables(own, other);
        const auto own_leaves = read_leaves(own_, own);
        const auto other_leaves = read_leaves(other_, other);
        // One that can't be read can be neither an input nor an entity.
        if (!own_leaves || !other_leaves) return {};
        return mismatch_of(name_of(own), *own_leaves, *other_leaves);
    }

    [[nodiscard]] std::string mismatch_of_tables(const reflection::Object& own,
                                                 const reflection::Object& other) const {
        for (const reflection::Field* field : *own.fields()) {
            const std::string place = name_of(own) + "." + field->name()->str();
            for (const reflection::Field* peer : *other.fields()) {
                const bool is_named_so =
                    peer->name()->string_view() == field->name()->string_view();
                if (is_named_so && peer->id() != field->id()) {
                    return versions(place,
                                    "field " + std::to_string(field->id()),
                                    "field " + std::to_string(peer->id()));
                }
                if (peer->id() != field->id()) continue;
                if (std::string found = mismatch_of_fields(place, *field, *peer); !found.empty())
                    return found;
            }
        }
        return {};
    }

    [[nodiscard]] std::string mismatch_of_fields(const std::string& place,
                                                 const reflection::Field& own,
                                                 const reflection::Field& other) const {
        const reflection::Type& type = *own.type();
        const reflection::Type& same = *other.type();
        const reflection::Object* object = object_of(own_, type);
        const reflection::Object* peer = object_of(other_, same);
        const bool is_same = type.base_type() == same.base_type() &&
                             type.element() == same.element() &&
                             (object == nullptr) == (peer == nullptr) &&
                             (!object || name_of(*object) == name_of(*peer));
        if (!is_same) {
            return versions(place, text_of(own_, type), text_of(other_, same));
        }
        if (!object || !object->is_struct() || !peer->is_struct()) return {};
        const auto leaves = read_leaves(own_, *object);
        const auto peers = read_leaves(other_, *peer);
        if (leaves && peers && is_same_layout(*object, *leaves, *peer, *peers)) return {};
        return name_of(*object) + " has other fields here than there, and the table's field " +
               place + " holds it: within tables, structs can't change";
    }

    /// The struct or table that a table's field is or holds.
    static const reflection::Object* object_of(const reflection::Schema& schema,
                                               const reflection::Type& type) {
        const bool is_held = type.base_type() == reflection::Vector;
        if ((is_held ? type.element() : type.base_type()) != reflection::Obj || type.index() < 0)
            return nullptr;
        const auto index = static_cast<flatbuffers::uoffset_t>(type.index());
        return index < schema.objects()->size() ? schema.objects()->Get(index) : nullptr;
    }

    const reflection::Schema& own_;
    const reflection::Schema& other_;
};

} // namespace

std::string mismatch_of(const reflection::Schema& own, const reflection::Schema& other) {
    return Matcher(own, other).mismatch();
}

} // namespace engine_net
