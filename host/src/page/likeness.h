// How alike two texts are, in any script. Pure, safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace keepleaf::page {

// A text in units that weigh about the same whatever the language: a word, or one character of a script that
// puts no spaces between words. Case, width and accents make no difference.
class TextUnits {
 public:
  // At most the first kMost units count: enough to tell two pages apart, and bounded work.
  static constexpr std::size_t kMost = 20'000;
  explicit TextUnits(std::string_view text);

  std::size_t count() const { return count_; }
  // 0 (nothing in common) to 1 (the same): what share of the runs of three units both have. Two texts without
  // any unit are alike; one without is like no other.
  static double likeness(const TextUnits& a, const TextUnits& b);

 private:
  std::size_t count_ = 0;
  std::vector<std::uint64_t> runs_;  // hashes, sorted, each once
};

}  // namespace keepleaf::page
