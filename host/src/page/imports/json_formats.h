// What other programs export as JSON; one file each.
#pragma once

#include "page/imports/import_format.h"

namespace keepleaf::page {

// linkwarden.app: Settings, "Export Data": the account with its collections, their links and tags.
bool recognises_linkwarden(const ImportProbe& probe);
Status read_linkwarden(const ImportFile& file, ImportSink& sink);

// karakeep.app (Hoarder before): Settings, "Export all links and notes".
bool recognises_karakeep(const ImportProbe& probe);
Status read_karakeep(const ImportFile& file, ImportSink& sink);

// linkding.link: a page of GET /api/bookmarks/. (Its export is a bookmark file: netscape.h.)
bool recognises_linkding(const ImportProbe& probe);
Status read_linkding(const ImportFile& file, ImportSink& sink);

// Shiori: a page of GET /api/bookmarks, or the list alone. (Its export is a bookmark file.)
bool recognises_shiori(const ImportProbe& probe);
Status read_shiori(const ImportFile& file, ImportSink& sink);

// wallabag.org: "Export" as JSON, or a page of GET /api/entries.
bool recognises_wallabag(const ImportProbe& probe);
Status read_wallabag(const ImportFile& file, ImportSink& sink);

// readeck.org: a page of GET /api/bookmarks.
bool recognises_readeck(const ImportProbe& probe);
Status read_readeck(const ImportFile& file, ImportSink& sink);

// Omnivore: metadata_*_to_*.json of its export.
bool recognises_omnivore(const ImportProbe& probe);
Status read_omnivore(const ImportFile& file, ImportSink& sink);

}  // namespace keepleaf::page
