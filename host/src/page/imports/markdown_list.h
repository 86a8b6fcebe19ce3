// A list of links in Markdown: our own (page/exports) whole, others as far as they have items that begin with
// a link. Behind the link stand tags as `#tag` and when it was saved as a comment; the lines below an item,
// indented, are its note.
#pragma once

#include "page/imports/import_format.h"

namespace keepleaf::page {

bool recognises_markdown_list(const ImportProbe& probe);
Status read_markdown_list(const ImportFile& file, ImportSink& sink);

}  // namespace keepleaf::page
