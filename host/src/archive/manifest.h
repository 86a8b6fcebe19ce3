// The manifest: what of a snapshot has no place in a format of others, as JSON beside its bytes. By it our
// own archives come in again as what they were, part for part and byte for byte (docs/imports.md, "The
// manifest").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "capture/capture.h"
#include "page/object_source.h"

namespace keepleaf::archive {

inline constexpr std::string_view kManifestType = "application/vnd.keepleaf.snapshot+json";

// A snapshot that is exported, beside its parts and bytes.
struct Facts {
  Uuid id;
  capture::Page page;  // tags and note belong to the link and are not exported here
};

struct ManifestPart {
  page::PartRecord part;
  std::string at;  // where the archive holds the bytes; empty: nowhere
};

struct Manifest {
  Facts facts;
  // What stands in documents and sheets in place of "keepleaf-part:" (part_links.h); empty: they are as kept.
  std::string links;
  std::vector<ManifestPart> parts;
};

// The facts alone, on one line that may stand in an HTML comment.
std::string write_facts(const Facts& facts);
Result<Facts> read_facts(std::string_view json);

std::string write_manifest(const Manifest& manifest);
// Errors: corrupt (not one of ours, or not whole), unsupported (of a newer Keepleaf).
Result<Manifest> read_manifest(std::string_view json);

}  // namespace keepleaf::archive
