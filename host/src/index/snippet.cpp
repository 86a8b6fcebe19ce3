// The piece of a text that shows best why it was found.
#include <algorithm>
#include <array>
#include <deque>
#include <vector>

#include "base/unicode.h"
#include "index/index.h"
#include "index/query.h"
#include "index/tokenizer.h"

namespace keepleaf::index {
namespace {

struct Match {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t phrase = 0;
};

// The phrases that a match could be for; what is negated is nowhere to be shown.
void collect(const Node& node, std::vector<const Phrase*>& phrases) {
  if (node.kind == Node::Kind::none_of) return;
  if (node.kind == Node::Kind::words && node.field == Field::any) phrases.push_back(&node.phrase);
  for (const Node& child : node.children) collect(child, phrases);
}

// Finds every occurrence of every phrase, and keeps the window that holds most.
class Finder final : public TokenSink {
 public:
  Finder(std::vector<const Phrase*> phrases, std::size_t length)
      : phrases_(std::move(phrases)),
        length_(length),
        partial_(phrases_.size()),
        in_window_(phrases_.size()) {}

  bool token(const Token& token) override {
    for (std::size_t i = 0; i < phrases_.size(); ++i) advance(i, token);
    return !(best_distinct_ == phrases_.size() && token.begin > best_begin_ + 4 * length_);
  }

  const std::vector<Match>& best() const { return best_; }

 private:
  struct Partial {
    std::size_t next = 0;
    std::size_t begin = 0;
  };

  static bool fits(const Phrase& phrase, std::size_t at, std::string_view text) {
    const std::string& wanted = phrase.tokens[at];
    return phrase.prefix && at + 1 == phrase.tokens.size() ? text.starts_with(wanted) : text == wanted;
  }

  void advance(std::size_t i, const Token& token) {
    const Phrase& phrase = *phrases_[i];
    std::vector<Partial>& partial = partial_[i];
    if (partial.empty() && !fits(phrase, 0, token.text)) return;
    std::size_t kept = 0;
    partial.push_back({0, token.begin});
    for (std::size_t k = 0; k < partial.size(); ++k) {
      Partial going = partial[k];
      if (!fits(phrase, going.next, token.text)) continue;
      if (++going.next < phrase.tokens.size()) {
        partial[kept++] = going;
      } else {
        found({going.begin, phrase.prefix_is_character ? token.first_end : token.end, i});
      }
    }
    partial.resize(kept);
  }

  void found(const Match& match) {
    window_.push_back(match);
    ++in_window_[match.phrase];
    while (window_.size() > 1 && match.end - window_.front().begin > length_) {
      --in_window_[window_.front().phrase];
      window_.pop_front();
    }
    const auto distinct = static_cast<std::size_t>(
        std::count_if(in_window_.begin(), in_window_.end(), [](std::size_t count) { return count > 0; }));
    if (distinct < best_distinct_ || (distinct == best_distinct_ && window_.size() <= best_.size())) return;
    best_distinct_ = distinct;
    best_.assign(window_.begin(), window_.end());
    best_begin_ = best_.front().begin;
  }

  std::vector<const Phrase*> phrases_;
  std::size_t length_;
  std::vector<std::vector<Partial>> partial_;
  std::deque<Match> window_;
  std::vector<std::size_t> in_window_;
  std::vector<Match> best_;
  std::size_t best_distinct_ = 0;
  std::size_t best_begin_ = 0;
};

// Where a piece that must hold `focus` should begin and end: matches in the middle, ends between words if one
// is near.
std::pair<std::size_t, std::size_t> piece_around(std::string_view body, std::size_t focus_begin,
                                                 std::size_t focus_end, std::size_t length) {
  const std::size_t focus = std::min(focus_end - focus_begin, length);
  const std::size_t lead = (length - focus) / 3;
  std::size_t begin = focus_begin > lead ? focus_begin - lead : 0;
  if (begin + length > body.size())
    begin = std::min(focus_begin, body.size() > length ? body.size() - length : 0);
  while (utf8_floor(body, begin) != begin) ++begin;
  std::size_t end = std::max(utf8_floor(body, begin + length), begin);

  constexpr std::size_t kNear = 24;
  if (begin > 0) {
    for (std::size_t at = begin; at < std::min(begin + kNear, focus_begin); ++at) {
      if (body[at] != ' ' && body[at] != '\n') continue;
      begin = at + 1;
      break;
    }
  }
  if (end < body.size()) {
    for (std::size_t at = end; at > std::max(end > kNear ? end - kNear : 0, focus_end); --at) {
      if (body[at] != ' ' && body[at] != '\n') continue;
      end = at;
      break;
    }
  }
  return {begin, end};
}

}  // namespace

Result<Snippet> Index::snippet(std::string_view query, std::string_view body, std::size_t length) const {
  KL_ASSIGN(const Query parsed, parse_query(query));
  std::vector<const Phrase*> phrases;
  collect(parsed.root, phrases);
  Finder finder(std::move(phrases), length);
  tokenize(body, finder);

  std::vector<Match> matches = finder.best();
  std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) { return a.begin < b.begin; });
  std::vector<Span> spans;  // of the body, not overlapping
  for (const Match& match : matches) {
    if (!spans.empty() && match.begin <= spans.back().end) {
      spans.back().end = std::max(spans.back().end, static_cast<std::uint32_t>(match.end));
    } else {
      spans.push_back({static_cast<std::uint32_t>(match.begin), static_cast<std::uint32_t>(match.end)});
    }
  }

  const std::size_t focus_begin = spans.empty() ? 0 : spans.front().begin;
  const std::size_t focus_end = spans.empty() ? 0 : spans.back().end;
  const auto [begin, end] = piece_around(body, focus_begin, focus_end, length);

  // Written on one line: white space and control characters become one space.
  Snippet snippet;
  if (begin > 0) snippet.text = "…";
  bool space = true;
  std::size_t next = 0;
  std::optional<std::uint32_t> open;
  for (std::size_t at = begin; at < end;) {
    const CodePoint point = decode_utf8(body.substr(0, end), at);
    if (next < spans.size() && !open && at >= spans[next].begin)
      open = static_cast<std::uint32_t>(snippet.text.size());
    if (open && at >= spans[next].end) {
      snippet.matches.push_back({*open, static_cast<std::uint32_t>(snippet.text.size())});
      open.reset();
      ++next;
      continue;  // the next match may begin here
    }
    const bool blank = is_white_space(point.value) || is_control(point.value);
    if (!blank) append_utf8(snippet.text, point.value);
    if (blank && !space) snippet.text += ' ';
    space = blank;
    at += point.size;
  }
  if (open) snippet.matches.push_back({*open, static_cast<std::uint32_t>(snippet.text.size())});
  if (!open && snippet.text.ends_with(' ')) {
    const bool marked = !snippet.matches.empty() && snippet.matches.back().end == snippet.text.size();
    if (!marked) snippet.text.pop_back();
  }
  if (end < body.size()) snippet.text += "…";
  return snippet;
}

}  // namespace keepleaf::index
