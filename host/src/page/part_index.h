// Finds the part behind an address.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "page/object_source.h"

namespace keepleaf::page {

class PartIndex {
 public:
  // `parts` must outlive the index.
  explicit PartIndex(const std::vector<PartRecord>& parts);

  // The part, if it has bytes; else nullptr.
  const PartRecord* number(std::uint32_t n) const;

  // The part with that absolute address (a fragment is ignored) that has bytes: one that `parent` refers to
  // if there is one, else any. A frame's document and a resource may share an address, so `frames` says which
  // is wanted.
  const PartRecord* find(std::string_view url, std::uint32_t parent, bool frames) const;

 private:
  const std::vector<PartRecord>& parts_;
  std::unordered_multimap<std::string, std::uint32_t> by_url_;
};

}  // namespace keepleaf::page
