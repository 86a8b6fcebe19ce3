#include "acquire/head_scan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "page/chars.h"

namespace keepleaf::acquire {
namespace {

using page::equals_ignoring_case;
using page::is_alpha;
using page::is_digit;
using page::is_space;

constexpr std::size_t kScanned = 256U << 10;

std::string undo_entities(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> kNames = {
      {{"&amp;", '&'}, {"&quot;", '"'}, {"&#39;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}}};
  std::string out;
  while (!text.empty()) {
    const auto* const known = std::find_if(kNames.begin(), kNames.end(), [&](const auto& name) {
      return text.substr(0, name.first.size()) == name.first;
    });
    out.push_back(known == kNames.end() ? text.front() : known->second);
    text.remove_prefix(known == kNames.end() ? 1 : known->first.size());
  }
  return out;
}

// Walks over the attributes of one tag; HTML Standard section 13.2.5.32 and on, without the error reports.
class Attributes {
 public:
  explicit Attributes(std::string_view rest) : rest_(rest) {}

  // False at the end of the tag; then rest() begins after its '>'.
  bool next() {
    while (!rest_.empty() && (is_space(rest_.front()) || rest_.front() == '/')) rest_.remove_prefix(1);
    if (rest_.empty()) return false;
    if (rest_.front() == '>') {
      rest_.remove_prefix(1);
      return false;
    }
    name_ = take(rest_.find_first_of(" \t\r\n\f/>=", 1));
    skip_spaces();
    value_ = {};
    if (rest_.empty() || rest_.front() != '=') return true;
    rest_.remove_prefix(1);
    skip_spaces();
    if (!rest_.empty() && (rest_.front() == '"' || rest_.front() == '\'')) {
      const char quote = rest_.front();
      rest_.remove_prefix(1);
      value_ = take(rest_.find(quote));
      if (!rest_.empty()) rest_.remove_prefix(1);
    } else {
      value_ = take(rest_.find_first_of(" \t\r\n\f>"));
    }
    return true;
  }
  std::string_view name() const { return name_; }
  std::string_view value() const { return value_; }
  std::string_view rest() const { return rest_; }

 private:
  void skip_spaces() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }
  std::string_view take(std::size_t count) {
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
  std::string_view name_;
  std::string_view value_;
};

// HTML Standard section 4.2.5.3, "shared declarative refresh steps".
std::optional<std::string> immediate_refresh(std::string_view content) {
  content = page::trimmed(content);
  if (content.empty() || !(is_digit(content.front()) || content.front() == '.')) return std::nullopt;
  const auto number = content.find_first_not_of("0123456789");
  const std::string_view seconds = content.substr(0, number);
  const auto significant = seconds.find_first_not_of('0');
  if (significant != std::string_view::npos && seconds.substr(significant) != "1") return std::nullopt;
  if (number == std::string_view::npos) return std::nullopt;
  content.remove_prefix(number);
  while (!content.empty() && (is_digit(content.front()) || content.front() == '.')) content.remove_prefix(1);
  content = page::trimmed(content);
  if (!content.empty() && (content.front() == ';' || content.front() == ',')) content.remove_prefix(1);
  content = page::trimmed(content);
  if (page::starts_with_ignoring_case(content, "url")) {
    const std::string_view after = page::trimmed(content.substr(3));
    if (!after.empty() && after.front() == '=') content = page::trimmed(after.substr(1));
  }
  if (!content.empty() && (content.front() == '"' || content.front() == '\'')) {
    const char quote = content.front();
    content.remove_prefix(1);
    content = content.substr(0, content.find(quote));
  }
  if (content.empty()) return std::nullopt;
  return std::string(content);
}

std::string language_tag(std::string_view value) {
  value = page::trimmed(value);
  const bool plain = value.size() <= 35 && std::all_of(value.begin(), value.end(), [](char c) {
                       return is_alpha(c) || is_digit(c) || c == '-';
                     });
  return plain ? std::string(value) : std::string();
}

// Past the end tag of an element whose content is not markup to us.
std::string_view after_end_tag(std::string_view text, std::string_view name) {
  for (auto at = text.find("</"); at != std::string_view::npos; at = text.find("</", at + 2))
    if (page::starts_with_ignoring_case(text.substr(at + 2), name)) return text.substr(at + 2 + name.size());
  return {};
}

}  // namespace

HeadScan scan_head(std::string_view html) {
  static constexpr std::array<std::string_view, 7> kOpaque = {"script",   "style",    "noscript", "title",
                                                              "textarea", "template", "xmp"};
  HeadScan found;
  std::string_view rest = html.substr(0, kScanned);
  bool language_read = false;
  while (true) {
    const auto open = rest.find('<');
    if (open == std::string_view::npos) return found;
    rest.remove_prefix(open + 1);
    if (rest.substr(0, 3) == "!--") {
      const auto end = rest.find("-->", 1);
      if (end == std::string_view::npos) return found;
      rest.remove_prefix(end + 3);
      continue;
    }
    if (rest.empty() || !is_alpha(rest.front())) continue;
    const std::string name = page::lower(rest.substr(0, rest.find_first_of(" \t\r\n\f/>")));
    Attributes attributes(rest.substr(name.size()));
    bool is_refresh = false;
    std::string content;
    while (attributes.next()) {
      if (name == "html" && !language_read && equals_ignoring_case(attributes.name(), "lang")) {
        found.language = language_tag(attributes.value());
        language_read = true;
      }
      if (name != "meta") continue;
      if (equals_ignoring_case(attributes.name(), "http-equiv"))
        is_refresh = equals_ignoring_case(page::trimmed(attributes.value()), "refresh");
      if (equals_ignoring_case(attributes.name(), "content")) content = undo_entities(attributes.value());
    }
    rest = attributes.rest();
    if (is_refresh && !found.refresh) found.refresh = immediate_refresh(content);
    if (std::find(kOpaque.begin(), kOpaque.end(), name) != kOpaque.end()) rest = after_end_tag(rest, name);
  }
}

}  // namespace keepleaf::acquire
