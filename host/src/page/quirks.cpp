#include "page/quirks.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "page/chars.h"
#include "page/html_tokens.h"

namespace keepleaf::page {
namespace {

using namespace std::string_view_literals;

constexpr std::array kPublic = {"-//w3o//dtd w3 html strict 3.0//en//"sv,
                                "-/w3c/dtd html 4.0 transitional/en"sv, "html"sv};
constexpr auto kSystem = "http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd"sv;

constexpr std::array kPublicBegins = {
    "+//silmaril//dtd html pro v0r11 19970101//"sv,
    "-//as//dtd html 3.0 aswedit + extensions//"sv,
    "-//advasoft ltd//dtd html 3.0 aswedit + extensions//"sv,
    "-//ietf//dtd html"sv,  // every one of theirs is in the standard's list
    "-//metrius//dtd metrius presentational//"sv,
    "-//microsoft//dtd internet explorer 2.0 html strict//"sv,
    "-//microsoft//dtd internet explorer 2.0 html//"sv,
    "-//microsoft//dtd internet explorer 2.0 tables//"sv,
    "-//microsoft//dtd internet explorer 3.0 html strict//"sv,
    "-//microsoft//dtd internet explorer 3.0 html//"sv,
    "-//microsoft//dtd internet explorer 3.0 tables//"sv,
    "-//netscape comm. corp.//dtd html//"sv,
    "-//netscape comm. corp.//dtd strict html//"sv,
    "-//o'reilly and associates//dtd html 2.0//"sv,
    "-//o'reilly and associates//dtd html extended 1.0//"sv,
    "-//o'reilly and associates//dtd html extended relaxed 1.0//"sv,
    "-//sq//dtd html 2.0 hotmetal + extensions//"sv,
    "-//softquad software//dtd hotmetal pro 6.0::19990601::extensions to html 4.0//"sv,
    "-//softquad//dtd hotmetal pro 4.0::19971010::extensions to html 4.0//"sv,
    "-//spyglass//dtd html 2.0 extended//"sv,
    "-//sun microsystems corp.//dtd hotjava html//"sv,
    "-//sun microsystems corp.//dtd hotjava strict html//"sv,
    "-//w3c//dtd html 3 1995-03-24//"sv,
    "-//w3c//dtd html 3.2 draft//"sv,
    "-//w3c//dtd html 3.2 final//"sv,
    "-//w3c//dtd html 3.2//"sv,
    "-//w3c//dtd html 3.2s draft//"sv,
    "-//w3c//dtd html 4.0 frameset//"sv,
    "-//w3c//dtd html 4.0 transitional//"sv,
    "-//w3c//dtd html 4.01 frameset//"sv,  // limited with a system identifier, full without
    "-//w3c//dtd html 4.01 transitional//"sv,
    "-//w3c//dtd html experimental 19960712//"sv,
    "-//w3c//dtd html experimental 970421//"sv,
    "-//w3c//dtd w3 html//"sv,
    "-//w3o//dtd w3 html 3.0//"sv,
    "-//w3c//dtd xhtml 1.0 frameset//"sv,  // limited
    "-//w3c//dtd xhtml 1.0 transitional//"sv,
    "-//webtechs//dtd mozilla html 2.0//"sv,
    "-//webtechs//dtd mozilla html//"sv};

template <std::size_t N>
bool begins(const std::array<std::string_view, N>& starts, std::string_view text) {
  return std::any_of(starts.begin(), starts.end(),
                     [text](std::string_view start) { return text.starts_with(start); });
}

// Takes a quoted string from the front.
std::optional<std::string> quoted(std::string_view& rest) {
  rest = trimmed(rest);
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return std::nullopt;
  const std::size_t end = rest.find(rest[0], 1);
  std::string text = lower(rest.substr(1, end == std::string_view::npos ? end : end - 1));
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return text;
}

// `doctype` in lower case, from "doctype" up to its ">".
bool is_quirky_doctype(std::string_view doctype) {
  std::string_view rest = trimmed(doctype.substr("doctype"sv.size()));
  if (!rest.starts_with("html") || (rest.size() > 4 && !is_space(rest[4]))) return true;
  rest = trimmed(rest.substr(4));
  if (rest.empty()) return false;
  std::optional<std::string> name;
  std::optional<std::string> system;
  if (rest.starts_with("public")) {
    rest.remove_prefix(6);
    name = quoted(rest);
    if (!name) return true;
    system = quoted(rest);
  } else if (rest.starts_with("system")) {
    rest.remove_prefix(6);
    system = quoted(rest);
    if (!system) return true;
  } else {
    return true;  // "bogus": the tokenizer forces quirks
  }
  if (system == kSystem) return true;
  if (!name) return false;
  return std::find(kPublic.begin(), kPublic.end(), *name) != kPublic.end() || begins(kPublicBegins, *name);
}

}  // namespace

bool is_quirky(std::string_view html) {
  Tokenizer tokenizer(html);
  Token token;
  while (tokenizer.next(token)) {
    if (token.kind == TokenKind::doctype) return is_quirky_doctype(lower(token.content));
    if (token.kind == TokenKind::comment) continue;
    if (token.kind == TokenKind::text && trimmed(token.content).empty()) continue;
    return true;
  }
  return true;
}

}  // namespace keepleaf::page
