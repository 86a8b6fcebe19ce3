#include "page/part_index.h"

#include "page/address.h"

namespace keepleaf::page {
namespace {

bool has_bytes(const PartRecord& part) { return part.status == "ok" && part.object.has_value(); }
bool is_document(const PartRecord& part) { return part.role == "frame" || part.role == "document"; }

// The library's spelling of an address: browsers and servers differ in escapes and in the letter case of
// hosts.
std::string normalised(std::string_view url) { return absolute(url, url); }

}  // namespace

PartIndex::PartIndex(const std::vector<PartRecord>& parts) : parts_(parts) {
  for (const PartRecord& part : parts) {
    if (!has_bytes(part) || part.url.empty() || part.role == "thumbnail") continue;
    const std::string_view url = split_fragment(part.url).address;
    const std::string normal = normalised(url);
    by_url_.emplace(url, part.n);
    if (!normal.empty() && normal != url) by_url_.emplace(normal, part.n);
  }
}

const PartRecord* PartIndex::number(std::uint32_t n) const {
  return n < parts_.size() && has_bytes(parts_[n]) ? &parts_[n] : nullptr;
}

const PartRecord* PartIndex::find(std::string_view url, std::uint32_t parent, bool frames) const {
  const std::string wanted(split_fragment(url).address);
  const PartRecord* best = nullptr;
  const auto look = [&](const std::string& key) {
    const auto [begin, end] = by_url_.equal_range(key);
    for (auto it = begin; it != end; ++it) {
      const PartRecord& part = parts_[it->second];
      if (is_document(part) != frames) continue;
      // The order of an unordered_multimap's equal keys is nobody's promise: the lowest number wins.
      const bool nearer = part.parent == parent;
      const bool best_nearer = best && best->parent == parent;
      if (!best || (nearer && !best_nearer) || (nearer == best_nearer && part.n < best->n)) best = &part;
    }
  };
  look(wanted);
  if (!best) look(normalised(wanted));
  return best;
}

}  // namespace keepleaf::page
