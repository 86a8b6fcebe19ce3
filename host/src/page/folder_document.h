// A snapshot as a folder that opens in any browser without the network: documents and style sheets rewritten
// to point at files beside them, everything else as it was kept. Scripts, handlers and remote addresses are
// gone, as in self_contained().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "page/object_source.h"

namespace keepleaf::page {

struct FolderFile {
  std::string name;                   // "index.html", "files/12.png": made here, never from an address
  std::optional<std::uint32_t> part;  // the file is that part's bytes as they were kept, or
  Bytes bytes{};                      // these
};

// The first file is the page. Errors: those of self_contained().
Result<std::vector<FolderFile>> as_folder(const ObjectSource& source);

}  // namespace keepleaf::page
