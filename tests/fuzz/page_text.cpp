// Any bytes as a document: its text, its Markdown and its title are valid UTF-8 within the limit, its
// references are absolute.
#include <cstdlib>
#include <string>
#include <string_view>

#include "fake_snapshot.h"
#include "page/document.h"
#include "page/encoding.h"
#include "page/exports/markdown.h"
#include "page/references.h"
#include "page/srcset.h"

namespace {

using namespace keepleaf;

void require(bool held) {
  if (!held) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  for (const std::string_view type :
       {"text/html", "application/xhtml+xml", "text/html; charset=shift_jis", "text/plain", ""}) {
    test::FakeSnapshot snapshot;
    snapshot.add("document", "https://e.example/", type, input);
    const auto text = page::extract_text(snapshot);
    require(text.has_value());
    require(page::valid_utf8(text->text) == text->text);
    const auto markdown = page::markdown_of(snapshot);
    require(markdown.has_value());
    require(page::valid_utf8(*markdown) == *markdown);
  }
  const std::string title = page::html_title(input);
  require(page::valid_utf8(title) == title);
  const std::string html = page::decode_document(as_bytes(input), "").text;
  for (const page::Reference& reference : page::html_references(html, "https://e.example/a/")) {
    require(reference.url.find("://") != std::string::npos && reference.url.find('#') == std::string::npos);
  }
  page::css_references(html, "https://e.example/a.css");
  page::parse_srcset(html);
  return 0;
}
