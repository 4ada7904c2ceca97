#include "replication/section_list.hpp"

namespace engine_net {

void SectionList::clear() {
    bytes_.clear();
    ends_.clear();
    sections_.clear();
}

void SectionList::end_section(Slot from, Slot to) {
    ends_.push_back(bytes_.size());
    sections_.push_back({{}, from, to});
}

std::span<const SharedSection> SectionList::sections() {
    // Spans only now: the bytes move as they grow.
    std::size_t begin = 0;
    for (std::size_t i = 0; i < sections_.size(); ++i) {
        sections_[i].bytes = Bytes(bytes_).subspan(begin, ends_[i] - begin);
        begin = ends_[i];
    }
    return sections_;
}

} // namespace engine_net
