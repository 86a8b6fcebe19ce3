// The readers: one a family of formats. Each opens a file that recognise() took for it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "archive/saved.h"
#include "archive/zip_reader.h"

namespace keepleaf::archive {

// Errors of all: corrupt, too_large, unsupported (nothing of it can be read as a page), not_found, io.

// MHTML: Chromium's, Internet Explorer's, others', ours.
Result<SavedArchive> read_mhtml(const std::filesystem::path& path);

// WARC 1.0 and 1.1, packed record by record, as a whole, or not at all.
Result<SavedArchive> read_warc(const std::filesystem::path& path);

// WACZ, MAFF, HTZ, SingleFile's ZIP (also inside a page that unpacks itself), ours, and any ZIP of saved
// HTML.
Result<SavedArchive> read_zip(const std::filesystem::path& path);
Result<SavedArchive> read_wacz(const std::shared_ptr<const ZipReader>& zip);

// A saved HTML file, with the folder beside it that browsers give to "complete" pages; a folder of such.
Result<SavedArchive> read_html(const std::filesystem::path& path);
Result<SavedArchive> read_folder(const std::filesystem::path& path);

}  // namespace keepleaf::archive
