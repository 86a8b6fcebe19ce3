// MarkupReader: the tokens of an HTML file of any size, held a few hundred KiB at a time.
//
// The tokenizer works on a text that is there as a whole. Lists of links consist of many small entries, so
// the text is cut before the start tag of one (dt, dl, li, ul). What a tokenizer knows across tags
// (foreign content) does not cross such a cut; lists have none.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "page/html_tokens.h"
#include "page/imports/text_source.h"

namespace keepleaf::page {

class MarkupReader {
 public:
  explicit MarkupReader(TextSource& source) : source_(source) {}

  // Calls `handle` for every start tag, end tag and text, with the line in which it begins. Its error ends
  // the reading and is given back. Errors: too_large (an entry of 16 MiB, with the line), those of the
  // source.
  Status each(const std::function<Status(const Token& token, std::uint64_t line)>& handle);

 private:
  Result<std::size_t> fill();

  TextSource& source_;
  std::string text_;
  std::uint64_t line_ = 1;  // of the first byte of text_
  bool at_end_ = false;
};

}  // namespace keepleaf::page
