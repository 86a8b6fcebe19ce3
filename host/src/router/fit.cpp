#include "router/fit.h"

#include <algorithm>

namespace keepleaf::router {
namespace {

constexpr std::size_t kForTheMark = 64;  // "shortened":["note","tags"]

}  // namespace

std::string beginning(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  const auto continues = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (bytes > 0 && continues(bytes)) --bytes;
  return text.substr(0, bytes);
}

void shorten(protocol::LinkItem& item, std::size_t budget) {
  const std::size_t size = protocol::encoded_size(item);
  if (size <= budget) return;
  // A byte of text takes at least one byte of JSON, so this many bytes less are enough.
  std::size_t excess = size - budget + kForTheMark;
  if (!item.note.empty()) {
    item.note = beginning(item.note, item.note.size() - std::min(excess, item.note.size()));
    item.shortened.emplace_back("note");
  }
  const std::size_t without_note = protocol::encoded_size(item);
  if (without_note <= budget) return;
  excess = without_note - budget + kForTheMark;
  item.shortened.emplace_back("tags");
  while (!item.tags.empty() && excess > 0) {
    excess -= std::min(excess, protocol::encoded_size(item.tags.back()) + 1);
    item.tags.pop_back();
  }
}

}  // namespace keepleaf::router
