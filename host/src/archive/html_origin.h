// Where a saved HTML file came from, and when, as the program that saved it wrote into it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "archive/manifest.h"
#include "base/clock.h"

namespace keepleaf::archive {

struct HtmlOrigin {
  std::string format = "html";  // "keepleaf-html", "singlefile", "scrapbook", "html"
  std::string url;              // empty: it does not say
  std::optional<UnixMs> taken_at;
  std::optional<Facts> facts;  // of Keepleaf's own
};

// Known: our own html export, SingleFile, WebScrapBook, Save Page WE, and the comment that browsers put into
// "complete" pages. `html`: the whole file.
HtmlOrigin html_origin(std::string_view html);

// The line at the end of an HTML file of ours, which says so.
std::string facts_comment(const Facts& facts);

}  // namespace keepleaf::archive
