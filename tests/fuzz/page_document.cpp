// Any bytes as a page, as a frame of it and as its style sheet: what is shown must be harmless to a reader
// that shares no code with the rewriter; what was fetched must be harmless once it was stored and is shown.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fake_snapshot.h"
#include "harmless.h"
#include "page/document.h"
#include "page/fetched_document.h"

namespace {

using namespace keepleaf;

void check(std::string_view html, std::string_view what) {
  const std::string harm = test::harm_in(html);
  if (harm.empty()) return;
  std::fprintf(stderr, "%.*s: %s\n%.*s\n", static_cast<int>(what.size()), what.data(), harm.c_str(),
               static_cast<int>(html.size()), html.data());
  std::abort();
}

void show(std::string_view page, std::string_view type) {
  test::FakeSnapshot snapshot;
  snapshot.add("document", "https://e.example/", type, page);
  snapshot.add("frame", "https://e.example/f", "text/html", page);
  snapshot.add("stylesheet", "https://e.example/c", "text/css", page);
  snapshot.add("image", "https://e.example/i", "image/png", page);
  const auto shown = page::self_contained(snapshot, page::Purpose::download);
  if (shown && shown->media_type.starts_with("text/html")) check(as_text(shown->bytes), type);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  show(input, "text/html");
  show(input, "application/xhtml+xml");
  show(page::prepare_fetched_document(as_bytes(input), "text/html", "https://e.example/x").html,
       page::kStoredDocumentType);
  return 0;
}
