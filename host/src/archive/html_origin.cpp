#include "archive/html_origin.h"

#include <algorithm>

#include "archive/dates.h"
#include "page/html_text.h"
#include "page/html_tokens.h"

namespace keepleaf::archive {
namespace {

constexpr std::size_t kHead = 256 << 10;  // where programs note such things
constexpr std::string_view kOurs = "<!--keepleaf-snapshot ";

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_address(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://") || text.starts_with("file://");
}

void single_file(std::string_view comment, HtmlOrigin& origin) {
  origin.format = "singlefile";
  while (!comment.empty()) {
    const std::size_t end = std::min(comment.find('\n'), comment.size());
    const std::string_view line = trimmed(comment.substr(0, end));
    comment.remove_prefix(std::min(end + 1, comment.size()));
    if (line.starts_with("url:") && is_address(trimmed(line.substr(4))))
      origin.url = std::string(trimmed(line.substr(4)));
    if (line.starts_with("saved date:")) origin.taken_at = parse_date(line.substr(11));
  }
}

void comments(std::string_view head, HtmlOrigin& origin) {
  for (std::size_t at = head.find("<!--"); at != std::string_view::npos; at = head.find("<!--", at + 4)) {
    const std::size_t end = head.find("-->", at);
    if (end == std::string_view::npos) return;
    const std::string_view comment = trimmed(head.substr(at + 4, end - at - 4));
    if (comment.starts_with("Page saved with SingleFile") ||
        comment.starts_with("Archive processed by SingleFile")) {
      single_file(comment, origin);
      return;
    }
    // <!-- saved from url=(0020)https://example.org/ -->: the number is the address's length.
    if (comment.starts_with("saved from url=(") && origin.url.empty()) {
      const std::size_t close = comment.find(')');
      if (close == std::string_view::npos) continue;
      const std::string_view url = trimmed(comment.substr(close + 1));
      if (is_address(url)) origin.url = std::string(url);
    }
  }
}

std::string value_of(const page::Token& token, std::string_view name) {
  const page::Attribute* attribute = token.attribute(name);
  return attribute == nullptr ? std::string()
                              : page::decode_references(attribute->value, page::ReferenceContext::attribute);
}

void tags(std::string_view head, HtmlOrigin& origin) {
  page::Tokenizer tokenizer(head);
  page::Token token;
  while (tokenizer.next(token)) {
    if (token.kind != page::TokenKind::start_tag) continue;
    if (token.name == "body") return;
    if (token.name == "html" && token.attribute("data-scrapbook-source") != nullptr) {
      origin.format = "scrapbook";
      const std::string url = value_of(token, "data-scrapbook-source");
      if (is_address(url)) origin.url = url;
      origin.taken_at = parse_digits(value_of(token, "data-scrapbook-create"));
      return;
    }
    if (token.name != "meta") continue;
    const std::string name = value_of(token, "name");
    const std::string content = value_of(token, "content");
    if (name == "savepage-url" && is_address(content)) origin.url = content;
    if (name == "savepage-date") origin.taken_at = parse_date(content);
  }
}

}  // namespace

HtmlOrigin html_origin(std::string_view html) {
  HtmlOrigin origin;
  // Ours stands at the very end, behind whatever the page itself says.
  const std::string_view tail = trimmed(html);
  if (const std::size_t at = tail.rfind(kOurs); at != std::string_view::npos && tail.ends_with("-->")) {
    const std::string_view json = tail.substr(at + kOurs.size(), tail.size() - at - kOurs.size() - 3);
    if (auto facts = read_facts(json)) {
      origin.format = "keepleaf-html";
      origin.url = facts->page.url;
      origin.taken_at = facts->page.taken_at;
      origin.facts = std::move(*facts);
      return origin;
    }
  }
  const std::string_view head = html.substr(0, kHead);
  comments(head, origin);
  if (origin.format == "html") tags(head, origin);
  return origin;
}

std::string facts_comment(const Facts& facts) {
  return "\n" + std::string(kOurs) + write_facts(facts) + "-->\n";
}

}  // namespace keepleaf::archive
