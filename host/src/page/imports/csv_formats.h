// What other programs export as CSV; told by the columns of the header.
#pragma once

#include "page/imports/import_format.h"

namespace keepleaf::page {

// Pocket: part_*.csv. Tags separated by "|", seconds since 1970, status "unread" or "archive".
bool recognises_pocket_csv(const ImportProbe& probe);
Status read_pocket_csv(const ImportFile& file, ImportSink& sink);

// Raindrop.io: a backup, or the columns that its own import takes (help.raindrop.io/import).
bool recognises_raindrop(const ImportProbe& probe);
Status read_raindrop(const ImportFile& file, ImportSink& sink);

// Instapaper: the folders Unread, Archive and Starred are states; tags are a list in JSON.
bool recognises_instapaper(const ImportProbe& probe);
Status read_instapaper(const ImportFile& file, ImportSink& sink);

// wallabag: separated by ";", written by PHP's fputcsv.
bool recognises_wallabag_csv(const ImportProbe& probe);
Status read_wallabag_csv(const ImportFile& file, ImportSink& sink);

}  // namespace keepleaf::page
