#include "page/imports/markdown_list.h"

#include <optional>

#include "page/chars.h"
#include "page/imports/clean.h"
#include "page/imports/text_source.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kMaxLine = 16 << 20;

bool is_punctuation(char c) {
  return static_cast<unsigned char>(c) > ' ' && static_cast<unsigned char>(c) < 0x7F && !is_alpha(c) &&
         !is_digit(c);
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && is_punctuation(text[i + 1])) ++i;
    out += text[i];
  }
  return out;
}

// Where the bracket that opens at `begin` is closed, or npos. Escaped ones don't count.
std::size_t closing(std::string_view text, std::size_t begin, char open, char close) {
  std::size_t depth = 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == open && (open != close || depth == 0)) {
      ++depth;
    } else if (text[i] == close && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

// What follows the marker of a list's item ("- ", "* ", "+ ", "12. "); nothing when the line is none.
std::optional<std::string_view> item_of(std::string_view line) {
  line = trimmed(line);
  std::size_t marker = 0;
  while (marker < line.size() && is_digit(line[marker])) ++marker;
  const bool numbered = marker > 0 && marker < line.size() && (line[marker] == '.' || line[marker] == ')');
  const bool dashed = marker == 0 && !line.empty() && (line[0] == '-' || line[0] == '*' || line[0] == '+');
  if ((!numbered && !dashed) || marker + 1 >= line.size() || line[marker + 1] != ' ') return std::nullopt;
  return trimmed(line.substr(marker + 1));
}

// A link at the beginning of an item, and what stands behind it.
struct Item {
  std::string title;
  std::string url;
  std::string_view rest;
};
std::optional<Item> link_of(std::string_view text) {
  if (!text.starts_with('[')) return std::nullopt;
  const auto title_end = closing(text, 0, '[', ']');
  if (title_end == std::string_view::npos || title_end + 1 >= text.size() || text[title_end + 1] != '(')
    return std::nullopt;
  Item item;
  item.title = unescaped(text.substr(1, title_end - 1));
  std::string_view inside = text.substr(title_end + 1);
  if (inside.starts_with("(<")) {
    const auto end = closing(inside, 1, '<', '>');
    if (end == std::string_view::npos) return std::nullopt;
    item.url = unescaped(inside.substr(2, end - 2));
    const auto close = inside.find(')', end);
    if (close == std::string_view::npos) return std::nullopt;
    item.rest = inside.substr(close + 1);
    return item;
  }
  const auto end = closing(inside, 0, '(', ')');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view address = trimmed(inside.substr(1, end - 1));
  item.url = unescaped(address.substr(0, address.find(' ')));  // a title may follow the address
  item.rest = inside.substr(end + 1);
  return item;
}

// `#tag`, ``#tag with ` in it``, and <!-- 2020-09-13T12:26:40.000Z -->.
void read_behind(std::string_view rest, ImportedLink& link) {
  for (std::size_t i = 0; i < rest.size();) {
    if (rest.substr(i).starts_with("<!--")) {
      const auto end = rest.find("-->", i);
      if (end == std::string_view::npos) return;
      if (const auto time = any_time(rest.substr(i + 4, end - i - 4))) link.created_at = time;
      i = end + 3;
      continue;
    }
    if (rest[i] != '`') {
      ++i;
      continue;
    }
    std::size_t fence = 0;
    while (i + fence < rest.size() && rest[i + fence] == '`') ++fence;
    const auto end = rest.find(std::string(fence, '`'), i + fence);
    if (end == std::string_view::npos) return;
    std::string_view code = rest.substr(i + fence, end - i - fence);
    if (code.size() > 2 && code.front() == ' ' && code.back() == ' ') code = code.substr(1, code.size() - 2);
    if (code.size() > 1 && code.front() == '#') link.tags.emplace_back(code.substr(1));
    i = end + fence;
  }
}

class Items {
 public:
  explicit Items(ImportSink& sink) : sink_(sink) {}

  Status line(std::string_view line, std::uint64_t number) {
    const auto item = item_of(line);
    auto found = item ? link_of(*item) : std::nullopt;
    if (found) {
      KL_TRY(finish());
      link_.emplace();
      link_->line = number;
      link_->url = std::move(found->url);
      if (found->title != link_->url) link_->title = std::move(found->title);
      read_behind(found->rest, *link_);
    } else if (trimmed(line).empty()) {
      if (link_) note_ += '\n';
    } else if (link_ && is_space(line.front())) {
      std::string_view text = trimmed(line);
      if (text.ends_with('\\') && !text.ends_with("\\\\")) text.remove_suffix(1);
      note_ += unescaped(text) + '\n';
    } else {
      KL_TRY(finish());
      sink_.lose("text between the links", 1);
    }
    return {};
  }

  Status finish() {
    if (!link_) return {};
    ImportedLink link = *std::move(link_);
    link_.reset();
    append_block(link.note, note_);
    note_.clear();
    return sink_.link(std::move(link));
  }

 private:
  ImportSink& sink_;
  std::optional<ImportedLink> link_;
  std::string note_;
};

}  // namespace

bool recognises_markdown_list(const ImportProbe& probe) {
  std::string_view text = probe.text;
  if (trimmed(text).starts_with('<')) return false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto item = item_of(text.substr(0, end));
    const auto link = item ? link_of(*item) : std::nullopt;
    if (link && link->url.find("://") != std::string::npos) return true;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return false;
}

Status read_markdown_list(const ImportFile& file, ImportSink& sink) {
  KL_ASSIGN(auto source, TextSource::open(file));
  LineReader lines(source, kMaxLine);
  Items items(sink);
  for (;;) {
    KL_ASSIGN(const bool more, lines.next());
    if (!more) break;
    if (lines.too_long())
      return fail(ErrorCode::too_large,
                  "line " + std::to_string(lines.number()) + ": it is longer than 16 MiB");
    KL_TRY(items.line(lines.line(), lines.number()));
  }
  KL_TRY(items.finish());
  note_replaced(source, sink);
  return {};
}

}  // namespace keepleaf::page
