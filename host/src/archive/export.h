// Snapshots as files that other programs read. Each format carries the manifest too, so that it comes in
// again with nothing lost (docs/imports.md, "Archives").
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "archive/content.h"
#include "archive/manifest.h"
#include "base/result.h"
#include "page/object_source.h"

namespace keepleaf::archive {

// A snapshot that is to be written. The source is alive while the write goes on.
struct Outgoing {
  Facts facts;
  const page::ObjectSource* source = nullptr;
};

// Gives the snapshots one after another, so that only one is open at a time; nothing at the end.
using NextSnapshot = std::function<Result<const Outgoing*>()>;

// All of these write to `path`, which must not exist; after an error it may be there and is of no use.
// Memory: the documents of one snapshot, and one resource at a time. Errors: corrupt (stored bytes can't be
// read), not_found (the page itself was not kept), too_large, no_space, io.

// A folder with index.html, which opens offline in any browser; files/; and keepleaf/, from which it comes in
// again.
Status write_zip(const Outgoing& snapshot, const std::filesystem::path& path);
// MHTML (RFC 2557) as Chromium reads and writes it.
Status write_mhtml(const Outgoing& snapshot, const std::filesystem::path& path);
// WARC 1.1 (ISO 28500:2017), each record a gzip member of its own.
Status write_warc(const NextSnapshot& next, const std::filesystem::path& path, std::string_view software);
// WACZ 1.1.1: that WARC with an index and a list of pages.
Status write_wacz(const NextSnapshot& next, const std::filesystem::path& path, std::string_view software,
                  UnixMs created);

// ---- shared by the formats

// An object's bytes with links in place of part numbers (part_links.h).
ContentPtr object_content(const page::ObjectSource& source, const page::PartRecord& part, std::string links);
// Without what may not stand in a header: line ends and control characters.
std::string header_text(std::string_view text);
// An address as a header may hold it: what is no printable ASCII is escaped.
std::string header_address(std::string_view address);

}  // namespace keepleaf::archive
