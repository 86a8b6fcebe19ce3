#include "page/srcset.h"

#include "page/chars.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kCandidates = 256;

}  // namespace

std::vector<ImageCandidate> parse_srcset(std::string_view value) {
  std::vector<ImageCandidate> out;
  std::size_t i = 0;
  while (out.size() < kCandidates) {
    while (i < value.size() && (is_space(value[i]) || value[i] == ',')) ++i;
    if (i >= value.size()) break;
    const std::size_t begin = i;
    while (i < value.size() && !is_space(value[i])) ++i;
    std::string_view url = value.substr(begin, i - begin);
    ImageCandidate candidate;
    if (url.ends_with(',')) {
      while (url.ends_with(',')) url.remove_suffix(1);
    } else {
      const std::size_t descriptor = i;
      int depth = 0;
      while (i < value.size() && (value[i] != ',' || depth > 0)) {
        if (value[i] == '(') ++depth;
        if (value[i] == ')' && depth > 0) --depth;
        ++i;
      }
      candidate.descriptor = trimmed(value.substr(descriptor, i - descriptor));
    }
    candidate.url = url;
    if (!candidate.url.empty()) out.push_back(std::move(candidate));
  }
  return out;
}

std::string write_srcset(const std::vector<ImageCandidate>& candidates) {
  std::string out;
  for (const ImageCandidate& candidate : candidates) {
    if (!out.empty()) out += ", ";
    out += candidate.url;
    if (!candidate.descriptor.empty()) out += ' ' + candidate.descriptor;
  }
  return out;
}

}  // namespace keepleaf::page
