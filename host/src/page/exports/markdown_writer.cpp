#include "page/exports/markdown_writer.h"

#include <algorithm>

#include "page/chars.h"
#include "page/exports/markdown_text.h"
#include "page/html_text.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kMaxColumns = 100;
constexpr std::size_t kMaxContainers = 32;  // beyond that indentation says nothing to anybody

std::size_t heading_level(std::string_view name) {
  const bool heading = name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
  return heading ? static_cast<std::size_t>(name[1] - '0') : 0;
}

// What a reader can follow from a file: an address of the web or of mail.
bool leads_somewhere(std::string_view url) {
  return starts_with_ignoring_case(url, "http://") || starts_with_ignoring_case(url, "https://") ||
         starts_with_ignoring_case(url, "ftp://") || starts_with_ignoring_case(url, "mailto:");
}

// "language-cpp" or "lang-cpp" or "highlight-source-cpp" among the classes.
std::string code_language(const Token& token) {
  const std::string classes = attribute_text(token, "class");
  for (const std::string_view prefix : {"language-", "lang-", "highlight-source-"}) {
    const auto at = classes.find(prefix);
    if (at == std::string::npos || (at > 0 && !is_space(classes[at - 1]))) continue;
    std::string name;
    for (std::size_t i = at + prefix.size(); i < classes.size() && !is_space(classes[i]); ++i)
      if (is_alpha(classes[i]) || is_digit(classes[i]) || classes[i] == '+' || classes[i] == '#' ||
          classes[i] == '-')
        name += classes[i];
    return name;
  }
  return {};
}

// What would be markup at the beginning of a line; a paragraph has several where it was broken by hand.
std::string escaped_line_starts(std::string_view block) {
  std::string out;
  for (;;) {
    const auto end = block.find('\n');
    out += markdown_line_start(block.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    block.remove_prefix(end + 1);
  }
}

// In a table even code must not hold a bar.
std::string without_bars(std::string_view code) {
  std::string out;
  for (const char c : code) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

}  // namespace

std::string MarkdownWriter::write(std::string_view html, Flavour flavour) {
  walk(html, flavour);
  end_block();
  return std::move(out_);
}

void MarkdownWriter::on_text(std::string_view text) {
  if (pre_depth_ > 0) {
    pre_ += text;
  } else if (code_depth_ > 0) {
    code_ += text;
  } else {
    inline_text(text);
  }
}

void MarkdownWriter::inline_text(std::string_view text) {
  std::string words;
  bool leading = false;
  bool gap = false;
  // Words are escaped together: what an underscore means depends on its neighbours.
  for (const char c : text) {
    if (is_space(c)) {
      (words.empty() ? leading : gap) = true;
      continue;
    }
    if (gap) words += ' ';
    gap = false;
    words += c;
  }
  if (leading && !inline_.empty()) space_ = true;
  if (words.empty()) return;
  begin_inline();
  inline_ += markdown_escaped(words);
  space_ = gap;
}

// The space and the marks that waited for what comes now.
void MarkdownWriter::begin_inline() {
  if (space_ && !inline_.empty() && !inline_.ends_with('\n')) inline_ += ' ';
  space_ = false;
  for (auto& mark : marks_) {
    if (mark.written) continue;
    inline_ += mark.begin;
    mark.written = true;
  }
}

void MarkdownWriter::raw_inline(std::string_view markup) {
  begin_inline();
  inline_ += markup;
}

void MarkdownWriter::open_mark(std::string_view name, std::string begin, std::string end) {
  marks_.push_back({std::string(name), std::move(begin), std::move(end), false});
}

void MarkdownWriter::close_mark(std::string_view name) {
  if (marks_.empty() || marks_.back().name != name) return;
  if (marks_.back().written) inline_ += marks_.back().end;
  marks_.pop_back();
}

// Marks don't reach over blocks: each is closed, and opened again where text follows.
void MarkdownWriter::end_block() {
  for (auto mark = marks_.rbegin(); mark != marks_.rend(); ++mark) {
    if (!mark->written) continue;
    inline_ += mark->end;
    mark->written = false;
  }
  space_ = false;
  if (inline_.empty()) return;
  if (table_depth_ > 0) {
    cell_break();
    return;
  }
  while (inline_.ends_with("\\\n")) inline_.resize(inline_.size() - 2);
  std::string block = std::move(inline_);
  inline_.clear();
  if (block.empty()) return;
  if (heading_ > 0) {
    std::replace(block.begin(), block.end(), '\n', ' ');
    block = std::string(heading_, '#') + ' ' + block;
  } else {
    block = escaped_line_starts(block);
  }
  write_block(block);
}

// `text` may have several lines.
void MarkdownWriter::write_block(std::string_view text) {
  const bool begins_item =
      std::any_of(containers_.begin(), containers_.end(), [](const auto& one) { return !one.first.empty(); });
  if (!out_.empty() && !(begins_item && tight_)) {
    std::string empty;
    for (const auto& container : containers_)
      if (container.begun) empty += container.rest;
    while (empty.ends_with(' ')) empty.pop_back();
    out_ += empty + '\n';
  }
  while (text.ends_with('\n')) text.remove_suffix(1);
  for (;;) {
    const auto end = text.find('\n');
    std::string prefix;
    for (auto& container : containers_) {
      prefix += container.first.empty() ? container.rest : container.first;
      container.first.clear();
      container.begun = true;
    }
    const auto line = text.substr(0, end);
    if (line.empty())
      while (prefix.ends_with(' ')) prefix.pop_back();
    out_ += prefix;
    out_ += line;
    out_ += '\n';
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  tight_ = !lists_.empty();
}

void MarkdownWriter::cell_break() {
  if (!inline_.empty()) space_ = true;
}

void MarkdownWriter::on_start_tag(const Token& token) {
  const std::string& name = token.name;
  if (name == "br") {
    if (pre_depth_ > 0) {
      pre_ += '\n';
    } else if (code_depth_ > 0) {
      code_ += ' ';
    } else if (table_depth_ > 0) {
      cell_break();
    } else if (!inline_.empty()) {
      inline_ += "\\\n";
      space_ = false;
    }
    return;
  }
  if (pre_depth_ > 0) return;
  if (is_block_element(name)) end_block();
  if (name == "hr" && table_depth_ == 0) write_block("---");
  if (name == "img") image(token);
  if (name == "input") {
    if (const std::string value = shown_value(token); !value.empty()) inline_text(" " + value + " ");
  }
}

void MarkdownWriter::on_end_tag(const Token& token) {
  if (pre_depth_ == 0 && is_block_element(token.name)) end_block();
}

void MarkdownWriter::image(const Token& token) {
  const std::string alt = attribute_text(token, "alt");
  const std::string url = attribute_text(token, "src");
  if (trimmed(alt).empty() || code_depth_ > 0) return;
  if (leads_somewhere(url)) {
    raw_inline("!" + markdown_link(trimmed(alt), url));
  } else {
    inline_text(alt);
  }
}

void MarkdownWriter::on_open(const Token& token) {
  const std::string& name = token.name;
  if (name == "pre" || name == "listing" || name == "xmp") {
    if (pre_depth_++ == 0) {
      pre_.clear();
      pre_language_ = code_language(token);
    }
    return;
  }
  if (pre_depth_ > 0) {
    if (name == "code" && pre_language_.empty()) pre_language_ = code_language(token);
    return;
  }
  if (name == "code" || name == "kbd" || name == "samp" || name == "tt") {
    ++code_depth_;
    return;
  }
  if (code_depth_ > 0) return;
  if (const auto level = heading_level(name)) {
    heading_ = level;
  } else if (name == "a") {
    if (const std::string url(trimmed(attribute_text(token, "href"))); leads_somewhere(url)) {
      open_mark("a", "[", "](" + markdown_address(url) + ")");
    } else {
      open_mark("a", "", "");
    }
  } else if (name == "strong" || name == "b") {
    open_mark(name, "**", "**");
  } else if (name == "em" || name == "i") {
    open_mark(name, "*", "*");
  } else if (name == "del" || name == "s" || name == "strike") {
    open_mark(name, "~~", "~~");
  } else if (name == "table") {
    if (table_depth_++ == 0) table_ = {};
  } else if (table_depth_ > 0) {
    if (table_depth_ > 1) return;
    if (name == "tr") table_.rows.emplace_back();
    if (name == "td" || name == "th") inline_.clear();
  } else if (name == "blockquote") {
    containers_.push_back({"", containers_.size() < kMaxContainers ? "> " : "", false});
  } else if (name == "ul" || name == "ol" || name == "menu" || name == "dir") {
    std::size_t first = 1;
    if (const std::string start = attribute_text(token, "start");
        !start.empty() && start.size() < 8 && std::all_of(start.begin(), start.end(), is_digit))
      first = std::stoul(start);
    lists_.push_back({name == "ol", first});
  } else if (name == "li" || name == "dd") {
    open_item(token);
  } else if (name == "dt") {
    open_mark(name, "**", "**");
  }
}

void MarkdownWriter::open_item(const Token& token) {
  std::string marker = "- ";
  if (token.name == "li" && !lists_.empty() && lists_.back().ordered)
    marker = std::to_string(lists_.back().next++) + ". ";
  if (containers_.size() >= kMaxContainers) marker.clear();
  containers_.push_back({marker, std::string(marker.size(), ' '), false});
}

void MarkdownWriter::close_container() {
  if (containers_.empty()) return;
  containers_.pop_back();
}

void MarkdownWriter::on_close(std::string_view name) {
  if (name == "pre" || name == "listing" || name == "xmp") {
    if (pre_depth_ > 0 && --pre_depth_ == 0) end_pre();
    return;
  }
  if (pre_depth_ > 0) return;
  if (name == "code" || name == "kbd" || name == "samp" || name == "tt") {
    if (code_depth_ == 0 || --code_depth_ > 0) return;
    if (!trimmed(code_).empty()) {
      std::replace(code_.begin(), code_.end(), '\n', ' ');
      const std::string code = markdown_code(trimmed(code_));
      raw_inline(table_depth_ > 0 ? without_bars(code) : code);
    }
    code_.clear();
    return;
  }
  if (code_depth_ > 0) return;
  if (heading_level(name) > 0) {
    end_block();
    heading_ = 0;
  } else if (name == "a" || name == "strong" || name == "b" || name == "em" || name == "i" || name == "del" ||
             name == "s" || name == "strike") {
    close_mark(name);
  } else if (name == "table") {
    if (table_depth_ > 0 && --table_depth_ == 0) end_table();
  } else if (table_depth_ > 0) {
    if (name != "td" && name != "th") return;
    end_block();
    if (table_depth_ > 1) return;
    if (table_.rows.empty()) table_.rows.emplace_back();
    if (table_.rows.back().size() < kMaxColumns) table_.rows.back().push_back(std::move(inline_));
    inline_.clear();
    space_ = false;
  } else if (name == "blockquote" || name == "li" || name == "dd") {
    end_block();
    close_container();
  } else if (name == "ul" || name == "ol" || name == "menu" || name == "dir") {
    end_block();
    if (!lists_.empty()) lists_.pop_back();
    if (lists_.empty()) tight_ = false;
  } else if (name == "dt") {
    close_mark(name);
    end_block();
  }
}

void MarkdownWriter::end_pre() {
  if (pre_.starts_with('\n')) pre_.erase(0, 1);  // as the parser drops it (HTML Standard 13.2.6.4.7)
  if (trimmed(pre_).empty()) return;
  if (table_depth_ > 0) {
    std::replace(pre_.begin(), pre_.end(), '\n', ' ');
    raw_inline(without_bars(markdown_code(trimmed(pre_))));
  } else {
    end_block();
    write_block(markdown_fenced(pre_, pre_language_));
  }
}

void MarkdownWriter::end_table() {
  std::size_t columns = 0;
  auto& rows = table_.rows;
  std::erase_if(rows, [](const auto& row) {
    return std::all_of(row.begin(), row.end(), [](const std::string& cell) { return cell.empty(); });
  });
  for (const auto& row : rows) columns = std::max(columns, row.size());
  // What has one row or one column arranges things rather than being a table.
  if (columns < 2 || rows.size() < 2) {
    for (auto& row : rows)
      for (auto& cell : row)
        if (!cell.empty()) write_block(markdown_line_start(cell));
    rows.clear();
    return;
  }
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += '|';
    for (std::size_t j = 0; j < columns; ++j) text += " " + (j < rows[i].size() ? rows[i][j] : "") + " |";
    text += '\n';
    if (i > 0) continue;
    text += '|';
    for (std::size_t j = 0; j < columns; ++j) text += " --- |";
    text += '\n';
  }
  write_block(text);
  rows.clear();
}

}  // namespace keepleaf::page
