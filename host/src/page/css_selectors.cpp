#include "page/css_selectors.h"

#include <algorithm>
#include <array>

#include "page/chars.h"
#include "page/css_write.h"

namespace keepleaf::page {
namespace {

using namespace std::string_view_literals;

void next_word(CssTokenizer& tokens, CssToken& token) {
  while (tokens.next(token)) {
    if (token.kind != CssKind::whitespace && token.kind != CssKind::comment) return;
  }
  token = CssToken();
}

}  // namespace

bool is_replaced(std::string_view css, std::size_t begin, std::size_t end) {
  const std::string_view before = css.substr(0, begin);
  const std::string_view after = css.substr(end);
  if (after.starts_with(":where(:not([data-keepleaf-was]))")) return true;
  return (before.ends_with("is(:") || before.ends_with("is(")) &&
         (after.starts_with(",[data-keepleaf-") || after.starts_with(",:where([data-keepleaf-"));
}

std::string_view marked_state(std::string_view pseudo_class) {
  if (pseudo_class == "defined") return "is(:defined,[data-keepleaf-defined])";
  // No file may enter full screen by itself.
  if (pseudo_class == "fullscreen" || pseudo_class == "-webkit-full-screen" ||
      pseudo_class == "-moz-full-screen")
    return "is(:fullscreen,[data-keepleaf-top-layer^=fullscreen])";
  return {};
}

std::string_view state_name(CssTokenizer& tokens) {
  CssTokenizer ahead = tokens;
  CssToken name;
  CssToken end;
  next_word(ahead, name);
  next_word(ahead, end);
  // An escape in a name would have to be undone for the attribute; nobody writes one.
  if (name.kind != CssKind::ident || name.raw.find('\\') != std::string_view::npos) return {};
  if (end.kind != CssKind::close || end.raw != ")") return {};
  tokens = ahead;
  return name.raw;
}

std::string state_selector(std::string_view name) {
  return "is(:state(" + std::string(name) + "),[data-keepleaf-state~=" + css_string(name) + "])";
}

std::string_view object_selector(std::string_view name) {
  if (name == "object") return ":is(object,:where([data-keepleaf-was=object]))";
  if (name == "embed") return ":is(embed,:where([data-keepleaf-was=embed]))";
  if (name == "img") return "img:where(:not([data-keepleaf-was]))";
  if (name == "iframe") return "iframe:where(:not([data-keepleaf-was]))";
  return {};
}

bool takes_selectors(std::string_view function) {
  constexpr std::array kNames = {"is"sv,      "where"sv,        "not"sv,       "has"sv,
                                 "matches"sv, "-webkit-any"sv,  "-moz-any"sv,  "slotted"sv,
                                 "host"sv,    "host-context"sv, "nth-child"sv, "nth-last-child"sv};
  return std::find(kNames.begin(), kNames.end(), function) != kNames.end();
}

bool may_be_type(std::string_view css, std::size_t at) {
  if (at == 0) return true;
  const char before = css[at - 1];
  return is_space(before) || ",<>+~({};/"sv.find(before) != std::string_view::npos;
}

}  // namespace keepleaf::page
