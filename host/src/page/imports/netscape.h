// The bookmark file that Netscape wrote and every browser and bookmark manager still writes: DL lists nested
// by folder, an A each link, a DD for its description. Source: learn.microsoft.com "Netscape Bookmark File
// Format", and what browsers, Pinboard, linkding, Shiori and Raindrop really write.
#pragma once

#include "page/imports/import_format.h"

namespace keepleaf::page {

bool recognises_netscape(const ImportProbe& probe);
Status read_netscape(const ImportFile& file, ImportSink& sink);

}  // namespace keepleaf::page
