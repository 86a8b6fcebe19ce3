// installer/browsers.json as a value: which browsers there are, where each looks for host manifests, and our
// ids.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "setup/machine_config.h"
#include "setup/paths.h"

namespace keepleaf::setup {

enum class Family : std::uint8_t { chromium, firefox };
std::string_view family_name(Family family);

// How a browser's package confines it, and so what installing can achieve.
enum class Sandbox : std::uint8_t {
  none,
  snap_portal,  // a portal of the desktop starts hosts for it, and reads the ordinary user folder
  snap,         // it can't start programs outside its sandbox at all
  flatpak,      // it can, through flatpak-spawn, when the person grants it
};

// A browser on the platform that this binary runs on. Folders are expanded and absolute.
struct Browser {
  std::string name;   // what --browser takes
  std::string title;  // what people call it
  Family family = Family::chromium;
  Sandbox sandbox = Sandbox::none;
  std::string flatpak_app;                    // for Sandbox::flatpak
  std::vector<std::filesystem::path> found;   // the browser is there when one of these exists
  std::vector<std::filesystem::path> user;    // looked at first, in this order
  std::vector<std::filesystem::path> system;  // looked at next
  std::vector<std::filesystem::path> policy;  // folders of managed policies
  bool measured = false;                      // watched in the real browser, not only reported

  bool present() const;
};

struct Table {
  std::string host_name;
  std::string host_description;
  std::string gecko_id;
  std::string chromium_key;  // base64 of the SPKI public key that pins the id of an unpacked extension
  std::vector<std::string> chromium_ids;  // that key's first, then those that stores gave
  std::vector<Browser> browsers;          // supported here
  std::vector<std::string> untested;      // names with data for other platforms only

  const Browser* find(std::string_view name) const;
};

// Reads the table. `text` must outlive nothing. Errors: corrupt (a row that lacks what it needs, named).
Result<Table> parse_table(std::string_view text, const MachinePaths& paths);
// The table that was embedded at build.
Result<Table> browser_table(const MachinePaths& paths);

// The id Chromium derives from a public key: the first 32 hexadecimal digits of its SHA-256, written a to p.
std::optional<std::string> chromium_id_of_key(std::string_view base64_key);

// Ids that may start the host: the table's, then the machine's own.
std::vector<std::string> allowed_ids(Family family, const Table& table, const MachineConfig& config);

}  // namespace keepleaf::setup
