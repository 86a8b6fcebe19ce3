// Keepleaf's own JSON Lines (docs/imports.md, "JSON Lines"): one object a line, the first a header. Links
// come in whole; of snapshots it holds facts only, which nothing can be made of.
#pragma once

#include "page/imports/import_format.h"

namespace keepleaf::page {

inline constexpr int kRecordLinesVersion = 1;

bool recognises_record_lines(const ImportProbe& probe);
// Errors also: newer_format (written by a newer Keepleaf).
Status read_record_lines(const ImportFile& file, ImportSink& sink);

}  // namespace keepleaf::page
