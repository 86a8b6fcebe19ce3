// library/limits.h and protocol/limits.h each hold the numbers of docs/protocol.md, because neither module
// may see the other: here they are compared.
#include "library/limits.h"

#include <array>
#include <string>

#include "protocol/limits.h"
#include "support/catch.h"

namespace keepleaf::test {
namespace {

struct Pair {
  const char* name;
  std::uint64_t of_library;
  std::uint64_t of_protocol;
};

constexpr library::Limits kLibrary = library::kLimits;
constexpr protocol::Limits kProtocol = protocol::kLimits;

constexpr std::array kBoth = {
    Pair{"part", kLibrary.part, kProtocol.part},
    Pair{"capture", kLibrary.capture, kProtocol.capture},
    Pair{"parts", kLibrary.parts, kProtocol.parts},
    Pair{"have_batch", kLibrary.have_batch, kProtocol.have_batch},
    Pair{"url", kLibrary.url, kProtocol.url},
    Pair{"title", kLibrary.title, kProtocol.title},
    Pair{"note", kLibrary.note, kProtocol.note},
    Pair{"tag", kLibrary.tag, kProtocol.tag},
    Pair{"tag_depth", kLibrary.tag_depth, kProtocol.tag_depth},
    Pair{"tags_per_link", kLibrary.tags_per_link, kProtocol.tags_per_link},
    Pair{"text", kLibrary.text, kProtocol.text},
    Pair{"page_items", kLibrary.page_items, kProtocol.page_items},
    Pair{"picture", kLibrary.picture, kProtocol.picture},
};

// Who adds a limit to the library adds it to the table above.
static_assert(sizeof(library::Limits) == kBoth.size() * sizeof(std::uint64_t));

}  // namespace

TEST_CASE("what the library takes is what the protocol says that it takes") {
  for (const Pair& limit : kBoth) {
    INFO(limit.name);
    CHECK(limit.of_library == limit.of_protocol);
  }
}

}  // namespace keepleaf::test
