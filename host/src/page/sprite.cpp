#include "page/sprite.h"

#include <algorithm>
#include <vector>

#include "page/chars.h"
#include "page/html_text.h"
#include "page/html_tokens.h"

namespace keepleaf::page {
namespace {

bool ends_id(char c) { return c == '"' || c == '\'' || c == ')' || is_space(c); }

// Calls `found` with where each "#id" of an attribute or a url() begins and ends, behind its "#".
template <class Found>
void each_reference(std::string_view markup, Found found) {
  for (std::size_t at = markup.find('#'); at != std::string_view::npos; at = markup.find('#', at + 1)) {
    const char before = at == 0 ? ' ' : markup[at - 1];
    if (before != '"' && before != '\'' && before != '(') continue;
    std::size_t end = at + 1;
    while (end < markup.size() && !ends_id(markup[end])) ++end;
    if (end > at + 1) found(at + 1, end);
  }
}

// A sheet that can be put into a block: what it leaves open, or closes too often, would reach beyond.
bool is_closed(std::string_view css) {
  std::size_t depth = 0;
  for (const char c : css) {
    if (c == '{') ++depth;
    if (c == '}' && depth-- == 0) return false;
  }
  return depth == 0;
}

// With `prefix` before every id that is said and referred to.
std::string prefixed(std::string_view markup, std::string_view prefix) {
  std::vector<std::size_t> places;
  each_reference(markup, [&](std::size_t begin, std::size_t) { places.push_back(begin); });
  for (const std::string_view said : {" id=\"", " id='"}) {
    for (std::size_t at = markup.find(said); at != std::string_view::npos; at = markup.find(said, at + 1))
      places.push_back(at + said.size());
  }
  std::sort(places.begin(), places.end());
  std::string out;
  std::size_t done = 0;
  for (const std::size_t place : places) {
    out += markup.substr(done, place - done);
    out += prefix;
    done = place;
  }
  out += markup.substr(done);
  return out;
}

}  // namespace

SpriteSheet::SpriteSheet(std::string svg) : svg_(std::move(svg)) {
  constexpr std::size_t kDepth = 256;
  struct Open {
    std::string name;
    std::string id;
    std::size_t begin;
  };
  std::vector<Open> open;
  Tokenizer tokenizer(svg_, Flavour::xml);
  Token token;
  const auto begin_of = [this](const Token& tag) {
    return static_cast<std::size_t>(tag.written_name.data() - svg_.data());
  };
  while (tokenizer.next(token)) {
    if (token.kind == TokenKind::raw_text && token.name == "style") {
      if (is_closed(token.content)) styles_ += std::string(token.content) + "\n";
    }
    if (token.kind == TokenKind::start_tag) {
      const Attribute* id = token.attribute("id");
      Open element{token.name, id ? std::string(id->value) : std::string(), begin_of(token) - 1};
      if (!token.self_closing) {
        if (open.size() < kDepth) open.push_back(std::move(element));
      } else if (!element.id.empty()) {
        const std::size_t end = svg_.find("/>", begin_of(token));
        if (end != std::string::npos) elements_.emplace(element.id, std::pair{element.begin, end + 2});
      }
    } else if (token.kind == TokenKind::end_tag && !open.empty() && open.back().name == token.name) {
      const std::size_t end = svg_.find('>', begin_of(token));
      if (!open.back().id.empty() && end != std::string::npos)
        elements_.emplace(open.back().id, std::pair{open.back().begin, end + 1});
      open.pop_back();
    }
  }
}

SpriteSheet::Piece SpriteSheet::piece(std::string_view id, std::string_view prefix, std::size_t limit) const {
  std::vector<std::string> wanted = {std::string(id)};
  Piece piece;
  const auto want = [&](std::string_view in, std::size_t from, std::size_t to) {
    std::string name(in.substr(from, to - from));
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) wanted.push_back(std::move(name));
  };
  const bool styled = !styles_.empty() && elements_.contains(wanted[0]);
  if (styled) {
    each_reference(styles_, [&](std::size_t from, std::size_t to) {
      if (elements_.contains(styles_.substr(from, to - from))) want(styles_, from, to);
    });
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto found = elements_.find(wanted[i]);
    if (found == elements_.end()) {
      if (i == 0) return {};
      continue;
    }
    const auto [begin, end] = found->second;
    if (end <= begin || piece.markup.size() + (end - begin) > limit) return {};
    const std::string_view markup = std::string_view(svg_).substr(begin, end - begin);
    piece.markup += markup;
    each_reference(markup, [&](std::size_t from, std::size_t to) { want(markup, from, to); });
  }
  piece.composed = wanted.size() > 1;
  piece.markup = prefixed(piece.markup, prefix);
  if (!styled) return piece;
  std::string scope;
  for (const std::string& name : wanted) scope += (scope.empty() ? "#" : ",#") + std::string(prefix) + name;
  // Firefox shows what <use> takes from another file without that file's sheets.
  const std::string style = "<style>@supports (not (-moz-appearance:none)){@scope (" + scope + "){" +
                            prefixed(styles_, prefix) + "}}</style>";
  if (piece.markup.size() + style.size() > limit) return {};
  piece.markup.insert(0, style);
  return piece;
}

}  // namespace keepleaf::page
