// Pieces of Markdown (CommonMark 0.31, and the tables of GitHub's).
#pragma once

#include <string>
#include <string_view>

namespace keepleaf::page {

// Text that means itself, on one line: what would be markup is escaped.
std::string markdown_escaped(std::string_view text);
// Where a line begins more is markup: "1.", "-", "#", ">" and so on. `text` is escaped already.
std::string markdown_line_start(std::string_view text);
// [text](address)
std::string markdown_link(std::string_view text, std::string_view url);
// The address as it stands within parentheses: between < and > where it needs that.
std::string markdown_address(std::string_view url);
// `code` between as many backticks as it needs.
std::string markdown_code(std::string_view code);
// A fenced block, ended by a line end.
std::string markdown_fenced(std::string_view code, std::string_view language);

}  // namespace keepleaf::page
