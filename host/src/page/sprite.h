// Pieces of SVG files that <use> shows. Browsers refuse data: addresses there, so that what is shown has to
// stand in the document itself.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace keepleaf::page {

class SpriteSheet {
 public:
  SpriteSheet() = default;
  explicit SpriteSheet(std::string svg);

  struct Piece {
    std::string markup;     // styles, the element, and what it refers to within the file; not yet rewritten
    bool composed = false;  // it refers to others
  };

  // The element with that id, `prefix` before its id and all that it refers to, before it the file's style
  // sheets, which hold for nothing else. Empty when there is none, or more than `limit` bytes are needed.
  Piece piece(std::string_view id, std::string_view prefix, std::size_t limit) const;

 private:
  std::string svg_;
  std::string styles_;                                                             // of the whole file
  std::unordered_map<std::string, std::pair<std::size_t, std::size_t>> elements_;  // id → begin and end
};

}  // namespace keepleaf::page
