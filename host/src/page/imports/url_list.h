// A list of addresses, one a line. Empty lines and lines that begin with "#" say nothing; whatever follows
// the address behind white space is its title.
#pragma once

#include "page/imports/import_format.h"

namespace keepleaf::page {

bool recognises_url_list(const ImportProbe& probe);
Status read_url_list(const ImportFile& file, ImportSink& sink);

}  // namespace keepleaf::page
