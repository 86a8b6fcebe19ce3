#include "page/likeness.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/unicode.h"

namespace keepleaf::page {
namespace {

constexpr std::uint64_t kSeed = 0xcbf29ce484222325ULL;  // FNV-1a, 64 bits
constexpr std::uint64_t kPrime = 0x100000001b3ULL;
constexpr std::size_t kRun = 3;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) hash = (hash ^ (value >> shift & 0xffU)) * kPrime;
  return hash;
}

}  // namespace

TextUnits::TextUnits(std::string_view text) {
  std::vector<std::uint64_t> units;
  // A unit takes few bytes: more than this is not looked at, however long the text is.
  const std::string folded = search_fold(utf8_prefix(text, kMost * 32));
  std::uint64_t word = 0;
  const auto end_word = [&] {
    if (word != 0) units.push_back(word);
    word = 0;
  };
  for (const CodePoint point : CodePoints(folded)) {
    if (units.size() >= kMost) break;
    if (is_unspaced(point.value)) {
      end_word();
      units.push_back(mix(kSeed, point.value));
    } else if (is_word_character(point.value)) {
      word = mix(word == 0 ? kSeed : word, point.value);
    } else {
      end_word();
    }
  }
  end_word();
  count_ = units.size();
  const std::size_t run = std::min(kRun, units.size());
  if (run == 0) return;
  runs_.reserve(units.size() - run + 1);
  for (std::size_t i = 0; i + run <= units.size(); ++i) {
    std::uint64_t hash = kSeed;
    for (std::size_t k = 0; k < run; ++k) hash = mix(hash, units[i + k]);
    runs_.push_back(hash);
  }
  std::sort(runs_.begin(), runs_.end());
  runs_.erase(std::unique(runs_.begin(), runs_.end()), runs_.end());
}

double TextUnits::likeness(const TextUnits& a, const TextUnits& b) {
  if (a.runs_.empty() || b.runs_.empty()) return a.runs_.empty() && b.runs_.empty() ? 1 : 0;
  std::size_t common = 0;
  for (auto left = a.runs_.begin(), right = b.runs_.begin();
       left != a.runs_.end() && right != b.runs_.end();) {
    if (*left == *right) {
      ++common;
      ++left;
      ++right;
    } else if (*left < *right) {
      ++left;
    } else {
      ++right;
    }
  }
  return static_cast<double>(common) / static_cast<double>(a.runs_.size() + b.runs_.size() - common);
}

}  // namespace keepleaf::page
