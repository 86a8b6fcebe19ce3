// What an archive of any format is to the importer: pages, and files that their addresses lead to.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/content.h"
#include "archive/manifest.h"
#include "base/clock.h"
#include "base/result.h"

namespace keepleaf::archive {

// A file of the archive.
struct SavedFile {
  std::string url;            // its address on the web; empty when it has none (a file of a folder, cid:)
  std::string base;           // what its own references are resolved against
  std::string media_type;     // as the archive has it, or by the file's name
  std::string status = "ok";  // or why there are no bytes: docs/protocol.md, "Part status"
  ContentPtr content{};       // none exactly when status is not "ok"
};

class SavedFiles {
 public:
  virtual ~SavedFiles() = default;
  // What the archive has under an absolute address without fragment, nearest to `time`; none: nothing.
  virtual Result<std::optional<SavedFile>> find(const std::string& address, UnixMs time) const = 0;
};

struct SavedPage {
  SavedFile file;  // the document
  std::string url;
  std::string title;  // empty: the document's own
  UnixMs taken_at = 0;
  std::vector<std::string> redirects{};
  // Set when Keepleaf wrote the archive: `at` of its parts are addresses for SavedFiles::find.
  std::optional<Manifest> manifest{};
  // Set when Keepleaf wrote the page as one HTML file.
  std::optional<Facts> facts{};
  // Why this page can't be imported, when that is known already.
  std::optional<Error> error{};
};

struct SavedArchive {
  std::string format;  // its name: docs/imports.md, "Archives"
  std::vector<SavedPage> pages;
  std::shared_ptr<const SavedFiles> files;
};

}  // namespace keepleaf::archive
