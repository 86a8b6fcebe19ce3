// Any bytes as a style sheet: the output loads nothing, begins no markup, and is complete: rewriting it again
// changes nothing, and a "}" after it is at the top level.
#include <cstdio>
#include <cstdlib>
#include <regex>
#include <string>
#include <string_view>
#include <utility>

#include "page/chars.h"
#include "page/css_rewrite.h"
#include "page/css_write.h"
#include "page/encoding.h"

namespace {

using namespace keepleaf;

class Visitor : public page::CssVisitor {
 public:
  std::string css_url(std::string_view url, page::Use) override {
    return url.starts_with("data:,") ? std::string(url) : "data:," + std::to_string(url.size());
  }
  std::string css_import(const page::Import& import) override { return wrapped_import(import, "x{}"); }
  bool replaces_objects() const override { return true; }
};

// Without what selectors are replaced with: where a broken sheet's preludes end, the text that is left out
// decides too, so that the second rewriting may find one that the first did not. That is a matter of looks.
std::string without_marks(std::string css) {
  for (const auto& [pattern, plain] :
       {std::pair{R"(is\(:(defined|fullscreen),\[data-keepleaf-[a-z^=-]*\]\))", "$1"},
        std::pair{R"(is\(:state\(([^()]*)\),\[data-keepleaf-state~="[^"]*"\]\))", "state($1)"},
        std::pair{R"(:is\((object|embed),:where\(\[data-keepleaf-was=[a-z]*\]\)\))", "$1"},
        std::pair{R"((img|iframe):where\(:not\(\[data-keepleaf-was\]\)\))", "$1"},
        std::pair{R"(:state\(\s*([^()\s]*)\s*\))", ":state($1)"},
        std::pair{R"(:(-webkit-full-screen|-moz-full-screen))", ":fullscreen"}}) {
    css = std::regex_replace(css, std::regex(pattern, std::regex::icase), plain);
  }
  return page::lower(css);
}

void require(bool held, std::string_view what, const std::string& css) {
  if (held) return;
  std::fprintf(stderr, "%.*s\n%s\n", static_cast<int>(what.size()), what.data(), css.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string css = page::valid_utf8({reinterpret_cast<const char*>(data), size});
  Visitor visitor;
  for (const auto context :
       {page::CssContext::sheet, page::CssContext::flattened, page::CssContext::declarations}) {
    const std::string once = page::rewrite_css(css, context, visitor);
    for (std::size_t at = once.find('<'); at != std::string::npos; at = once.find('<', at + 1)) {
      const char after = at + 1 < once.size() ? once[at + 1] : ' ';
      require(
          after == ' ' || after == '=' || after == '\n' || after == '\t' || after == '\r' || after == '\f',
          "markup in CSS", once);
    }
    if (context != page::CssContext::flattened) continue;
    const std::string twice = page::rewrite_css(once, context, visitor);
    require(twice == once || without_marks(twice) == without_marks(once), "the second rewriting differs",
            once + "\n----\n" + twice);
    require(page::rewrite_css(once + "\n}", context, visitor).ends_with("\n%"), "something is left open",
            once);
  }
  return 0;
}
