// The query language (docs/search.md): text to a tree. Pure; accepts any bytes and never throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "index/tokenizer.h"

namespace keepleaf::index {

inline constexpr std::size_t kMaxQueryBytes = 4096;
inline constexpr std::size_t kMaxQueryDepth = 64;
inline constexpr std::size_t kMaxQueryTerms = 64;

enum class Field : std::uint8_t { any, title, url, note };
enum class Is : std::uint8_t { broken, empty, incomplete, multiple, noted, trashed, untagged };

struct Node {
  enum class Kind : std::uint8_t {
    all_of,   // children
    any_of,   // children
    none_of,  // one child
    words,    // field, phrase
    tag,      // text: the path, folded
    site,     // text: the host
    before,   // time
    after,    // time
    is,       // is
    nothing,  // a word without anything that can be searched for
  };
  Kind kind = Kind::nothing;
  std::vector<Node> children;
  Field field = Field::any;
  Phrase phrase;
  std::string text;
  UnixMs time = 0;
  Is is = Is::untagged;
};

struct Query {
  Node root;                 // all_of without children: everything
  bool wants_trash = false;  // is:trashed stands in it, not negated
};

// Errors: bad_request; the message says at which character (counted from 1).
Result<Query> parse_query(std::string_view text);

}  // namespace keepleaf::index
