// Pocket's HTML export (ril_export.html): a UL of links under "Unread", and one under "Read Archive".
#pragma once

#include "page/imports/import_format.h"

namespace keepleaf::page {

bool recognises_pocket_html(const ImportProbe& probe);
Status read_pocket_html(const ImportFile& file, ImportSink& sink);

}  // namespace keepleaf::page
