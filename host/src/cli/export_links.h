// `export` of links as one list: bookmarks, JSON Lines, Markdown, text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"

namespace keepleaf::cli {

struct LinkList {
  std::string format;                    // netscape, jsonl, markdown, text
  std::optional<std::vector<Uuid>> ids;  // none: every link that is not in the trash
  std::string output;                    // "-" is standard output
  bool force = false;                    // overwrite
};

// Whether that format is a list whatever else is asked for.
bool is_link_format(const std::string& format);

Result<int> export_links(const Context& context, const LinkList& list);

}  // namespace keepleaf::cli
