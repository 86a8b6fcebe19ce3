#include "index/query.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/unicode.h"
#include "url/url.h"

namespace keepleaf::index {
namespace {

constexpr std::array<std::pair<std::string_view, Is>, 7> kIsNames = {{{"broken", Is::broken},
                                                                      {"empty", Is::empty},
                                                                      {"incomplete", Is::incomplete},
                                                                      {"multiple", Is::multiple},
                                                                      {"noted", Is::noted},
                                                                      {"trashed", Is::trashed},
                                                                      {"untagged", Is::untagged}}};
constexpr std::array<std::string_view, 8> kFields = {"tag",  "site",   "url",   "title",
                                                     "note", "before", "after", "is"};

// 2026, 2026-11, 2026-11-22 (their beginning in UTC), or a full RFC 3339 time.
std::optional<UnixMs> parse_date(std::string_view text) {
  std::string full(text);
  if (full.size() == 4) full += "-01";
  if (full.size() == 7) full += "-01";
  if (full.size() == 10) full += "T00:00:00Z";
  return parse_time(full);
}

// As the store writes paths: levels trimmed, none empty.
std::string tag_path(std::string_view text) {
  std::string path;
  while (!text.empty()) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::string_view level = text.substr(0, slash);
    while (!level.empty() && level.front() == ' ') level.remove_prefix(1);
    while (!level.empty() && level.back() == ' ') level.remove_suffix(1);
    if (!level.empty()) {
      if (!path.empty()) path += '/';
      path += level;
    }
    text.remove_prefix(std::min(slash + 1, text.size()));
  }
  return fold(path);
}

// example.com out of https://example.com:8443/path, for people paste addresses.
std::string_view host_of(std::string_view text) {
  if (const std::size_t slashes = text.find("://"); slashes != std::string_view::npos)
    text.remove_prefix(slashes + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  const std::size_t bracket = text.rfind(']');
  return text.substr(0, text.find(':', bracket == std::string_view::npos ? 0 : bracket));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Query> run() {
    KL_ASSIGN(query_.root, alternatives());
    skip_space();
    if (at_ < text_.size()) return refuse(at_, "the ) closes nothing; put it in quotes to search for it");
    return std::move(query_);
  }

 private:
  // alternatives = sequence { "OR" sequence }
  Result<Node> alternatives() {
    if (depth_ > kMaxQueryDepth) return refuse(at_, "the parentheses are nested too deeply");
    ++depth_;
    std::vector<Node> choices;
    std::size_t last_or = at_;
    for (;;) {
      KL_ASSIGN(Node choice, sequence());
      const std::size_t or_at = at_;
      const bool more = take_keyword("OR");
      if (choice.children.empty() && (more || !choices.empty()))
        return refuse(more ? or_at : last_or, "OR needs something on both sides");
      choices.push_back(std::move(choice));
      if (!more) break;
      last_or = or_at;
    }
    --depth_;
    if (choices.size() == 1) return std::move(choices.front());
    Node node;
    node.kind = Node::Kind::any_of;
    node.children = std::move(choices);
    return node;
  }

  // sequence = { ["AND"] term }
  Result<Node> sequence() {
    Node node;
    node.kind = Node::Kind::all_of;
    for (;;) {
      skip_space();
      if (at_ == text_.size() || text_[at_] == ')' || at_keyword("OR")) return node;
      const std::size_t and_at = at_;
      if (take_keyword("AND")) {
        skip_space();
        if (node.children.empty() || at_ == text_.size() || text_[at_] == ')' || at_keyword("OR") ||
            at_keyword("AND"))
          return refuse(and_at, "AND needs something on both sides");
      }
      KL_ASSIGN(Node child, term());
      node.children.push_back(std::move(child));
    }
  }

  // term = "-" term | "(" alternatives ")" | [field ":"] value
  Result<Node> term() {
    const std::size_t begin = at_;
    if (text_[at_] == '-' && at_ + 1 < text_.size() && !at_space(at_ + 1) && text_[at_ + 1] != ')') {
      if (depth_ > kMaxQueryDepth) return refuse(at_, "the negations are nested too deeply");
      ++at_;
      ++depth_;
      negated_ = !negated_;
      auto inner = term();
      negated_ = !negated_;
      --depth_;
      if (!inner) return inner;
      Node node;
      node.kind = Node::Kind::none_of;
      node.children.push_back(std::move(*inner));
      return node;
    }
    if (text_[at_] == '(') {
      ++at_;
      KL_ASSIGN(Node inner, alternatives());
      if (at_ == text_.size()) return refuse(begin, "the ( is not closed");
      ++at_;  // the ) at which alternatives() stopped
      if (inner.kind == Node::Kind::all_of && inner.children.empty())
        return refuse(begin, "there is nothing between the parentheses");
      return inner;
    }
    if (++terms_ > kMaxQueryTerms)
      return refuse(begin, "there are more than " + std::to_string(kMaxQueryTerms) + " terms");
    const std::string_view field = take_field();
    KL_ASSIGN(const Value value, take_value());
    return leaf(field, value, begin);
  }

  struct Value {
    std::string_view text;
    bool open_ended = false;  // word*, or the end of what was typed
  };

  // "phrase" or word; a * behind it, or being the last word of the query, leaves its end open.
  Result<Value> take_value() {
    Value value;
    const std::size_t begin = at_;
    if (const std::size_t quote = quote_at(at_); quote > 0) {
      at_ += quote;
      const std::size_t inner = at_;
      while (at_ < text_.size() && quote_at(at_) == 0) ++at_;
      if (at_ == text_.size()) return refuse(begin, "the quotation mark is not closed");
      value.text = text_.substr(inner, at_ - inner);
      at_ += quote_at(at_);
      if (at_ < text_.size() && text_[at_] == '*') {
        value.open_ended = true;
        ++at_;
      }
      return value;
    }
    while (at_ < text_.size() && !at_space(at_) && text_[at_] != '(' && text_[at_] != ')' &&
           quote_at(at_) == 0)
      ++at_;
    value.text = text_.substr(begin, at_ - begin);
    value.open_ended = at_ == text_.size() || value.text.ends_with('*');
    return value;
  }

  Result<Node> leaf(std::string_view field, const Value& value, std::size_t begin) {
    Node node;
    if (!field.empty() && value.text.empty())
      return refuse(begin, std::string(field) + ": needs a word or a \"phrase\" right behind it");
    if (field == "tag") {
      node.kind = Node::Kind::tag;
      node.text = tag_path(value.text);
      if (node.text.empty()) return refuse(begin, "tag: needs a path such as work/notes");
    } else if (field == "site") {
      node.kind = Node::Kind::site;
      const auto host = url::ascii_host(host_of(value.text));
      if (!host) return refuse(begin, "site: needs a host such as example.com");
      node.text = *host;
    } else if (field == "before" || field == "after") {
      node.kind = field == "before" ? Node::Kind::before : Node::Kind::after;
      const auto time = parse_date(value.text);
      if (!time)
        return refuse(begin, std::string(field) + ": needs a date such as 2026, 2026-11 or 2026-11-22");
      node.time = *time;
    } else if (field == "is") {
      return is_leaf(value.text, begin);
    } else {
      node.kind = Node::Kind::words;
      node.field = field == "title"  ? Field::title
                   : field == "url"  ? Field::url
                   : field == "note" ? Field::note
                                     : Field::any;
      node.phrase = phrase_of(value.text, value.open_ended);
      if (node.phrase.tokens.empty()) node.kind = Node::Kind::nothing;
    }
    return node;
  }

  Result<Node> is_leaf(std::string_view name, std::size_t begin) {
    const std::string folded = fold(name);
    const auto* found = std::find_if(kIsNames.begin(), kIsNames.end(),
                                     [&](const auto& known) { return known.first == folded; });
    if (found == kIsNames.end()) {
      std::string known;
      for (const auto& [each, value] : kIsNames) known += (known.empty() ? "" : ", ") + std::string(each);
      return refuse(begin, "is: knows " + known);
    }
    Node node;
    node.kind = Node::Kind::is;
    node.is = found->second;
    if (node.is == Is::trashed && !negated_) query_.wants_trash = true;
    return node;
  }

  // A known field name with its colon (also the full-width one that Chinese and Japanese keyboards write).
  std::string_view take_field() {
    for (const std::string_view field : kFields) {
      if (text_.size() - at_ <= field.size()) continue;
      bool same = true;
      for (std::size_t i = 0; i < field.size(); ++i) {
        const char c = text_[at_ + i];
        same = same && (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == field[i];
      }
      if (!same) continue;
      const std::string_view rest = text_.substr(at_ + field.size());
      constexpr std::string_view kWideColon = "：";
      const std::size_t colon = rest.starts_with(':')          ? 1
                                : rest.starts_with(kWideColon) ? kWideColon.size()
                                                               : 0;
      if (colon == 0) continue;
      at_ += field.size() + colon;
      return field;
    }
    return {};
  }

  bool at_keyword(std::string_view word) const {
    if (text_.substr(at_, word.size()) != word) return false;
    const std::size_t end = at_ + word.size();
    return end == text_.size() || at_space(end) || text_[end] == '(' || text_[end] == ')' ||
           quote_at(end) > 0;
  }
  bool take_keyword(std::string_view word) {
    skip_space();
    if (!at_keyword(word)) return false;
    at_ += word.size();
    return true;
  }

  bool at_space(std::size_t at) const {
    return is_white_space(decode_utf8(text_, at).value) && at < text_.size();
  }
  void skip_space() {
    while (at_ < text_.size() && at_space(at_)) at_ += decode_utf8(text_, at_).size;
  }
  // The size of the quotation mark at `at`, straight or typographic; 0 if there is none.
  std::size_t quote_at(std::size_t at) const {
    if (at < text_.size() && text_[at] == '"') return 1;
    const char32_t c = decode_utf8(text_, at).value;
    return c == U'“' || c == U'”' || c == U'„' || c == U'＂' ? 3 : 0;
  }

  tl::unexpected<Error> refuse(std::size_t at, const std::string& why) const {
    return fail(ErrorCode::bad_request, "The search can't be read at character " +
                                            std::to_string(count_code_points(text_.substr(0, at)) + 1) +
                                            ": " + why + ".");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t terms_ = 0;
  bool negated_ = false;
  Query query_;
};

}  // namespace

Result<Query> parse_query(std::string_view text) {
  if (text.size() > kMaxQueryBytes)
    return fail(ErrorCode::bad_request,
                "The search is longer than " + std::to_string(kMaxQueryBytes) + " bytes.");
  return Parser(text).run();
}

}  // namespace keepleaf::index
