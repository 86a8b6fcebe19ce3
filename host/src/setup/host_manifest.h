// The file that tells a browser where a native-messaging host is and who may start it: written from the forms
// in manifests/native-host, and read with the browser's own rules.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "setup/browsers.h"

namespace keepleaf::setup {

// The text of a manifest. `host` is absolute; `ids` are bare extension ids. Errors: bad_request, when the
// path is no UTF-8 (JSON can't hold it).
Result<std::string> host_manifest(const Table& table, Family family, const std::filesystem::path& host,
                                  const std::vector<std::string>& ids);

// Where the manifest lies in one of the browser's folders.
std::filesystem::path manifest_file(const Table& table, const std::filesystem::path& folder);

struct ManifestDefect {
  std::string code;     // docs/cli.md, "What doctor finds"
  std::string message;  // about the file, which is not named again
};

// What a browser makes of a manifest. With any defect of `refused` it acts as if the file were not there, or
// refuses our extension.
struct ManifestReading {
  std::filesystem::path host;        // "path", empty when there is none
  std::vector<std::string> callers;  // extension ids that are listed rightly
  std::vector<ManifestDefect> refused;
};
ManifestReading read_manifest(const Table& table, Family family, std::string_view text);

}  // namespace keepleaf::setup
