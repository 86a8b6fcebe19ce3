// Making replies fit in limits.reply: fewer elements where a list can be asked for again, a marked shortening
// where a single item is too large by itself.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "protocol/codec.h"

namespace keepleaf::router {

// What a body may take. The rest is for the envelope, a cursor and the counts beside a list.
inline constexpr std::size_t kReplyBudget = protocol::kLimits.reply - (8U << 10);

// How many elements, from the first on, fit in `budget` bytes.
template <class T>
std::size_t how_many_fit(const std::vector<T>& elements, std::size_t budget) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    used += protocol::encoded_size(elements[i]) + 1;  // and its comma
    if (used > budget) return i;
  }
  return elements.size();
}

template <class T>
void keep_what_fits(std::vector<T>& elements, std::size_t budget) {
  elements.resize(how_many_fit(elements, budget));
}

// The text's beginning, at most `bytes` long, not cut inside a character.
std::string beginning(const std::string& text, std::size_t bytes);

// Shortens the note, then the list of tags, until the item fits, and names what it shortened.
void shorten(protocol::LinkItem& item, std::size_t budget);

}  // namespace keepleaf::router
