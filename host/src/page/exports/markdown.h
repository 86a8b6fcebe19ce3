// A snapshot as Markdown (CommonMark 0.31 with GitHub's tables): what a reader sees of it, with its headings,
// lists, links, tables, quotations, code and emphasis. What is hidden is left out as page/visible_text.h
// does.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "page/html_tokens.h"
#include "page/object_source.h"

namespace keepleaf::page {

struct FrontMatter {
  std::string title;
  std::string url;
  UnixMs taken_at = 0;
};
// A block of YAML, as many programs read it before Markdown.
std::string markdown_front_matter(const FrontMatter& facts);

// The document and its frames, one after another; at most some 64 MiB. A root that is text comes as it is, in
// a fenced block; a PDF or image as a sentence that says so. Errors: those of ObjectSource::read.
Result<std::string> markdown_of(const ObjectSource& source);

// One document in UTF-8 with absolute addresses. Tables whose cells hold blocks are written with those joined
// by spaces; a table in a table as the text of the outer one's cell.
std::string markdown_of_html(std::string_view html, Flavour flavour);

}  // namespace keepleaf::page
