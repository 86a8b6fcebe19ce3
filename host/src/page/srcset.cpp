#include "page/srcset.h"

#include "page/chars.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kCandidates = 256;

// Numbers that end in w, h or x, apart by white space: "640w", "2x", "640w 480h". Browsers leave out a
// candidate with any other.
bool is_descriptor(std::string_view text) {
  bool number = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool last = i + 1 == text.size() || is_space(text[i + 1]);
    if (is_space(c)) {
      number = false;
    } else if (last) {
      if (!number || (c != 'w' && c != 'h' && c != 'x')) return false;
    } else if (is_digit(c) || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E') {
      number = true;
    } else {
      return false;
    }
  }
  return true;
}

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
    if (!candidate.url.empty() && is_descriptor(candidate.descriptor)) out.push_back(std::move(candidate));
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
