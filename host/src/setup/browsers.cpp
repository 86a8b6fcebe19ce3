#include "setup/browsers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/digest.h"
#include "setup/embedded.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::string expand(std::string text, const MachinePaths& paths) {
  const std::pair<const char*, const fs::path*> names[] = {
      {"{home}", &paths.home}, {"{config}", &paths.config_home}, {"{data}", &paths.data_home}};
  for (const auto& [name, value] : names)
    if (text.starts_with(name)) return value->string() + text.substr(std::string_view(name).size());
  return text;
}

std::vector<fs::path> folders(const json& row, const char* field, const MachinePaths& paths) {
  std::vector<fs::path> result;
  for (const auto& entry : row.at(field)) {
    const auto text = entry.get<std::string>();
    result.push_back(text.starts_with("/") ? paths.system(text) : fs::path(expand(text, paths)));
  }
  return result;
}

Sandbox sandbox_of(const json& entry) {
  const auto text = entry.value("sandbox", "");
  if (text == "snap-portal") return Sandbox::snap_portal;
  if (text == "snap") return Sandbox::snap;
  if (text == "flatpak") return Sandbox::flatpak;
  return Sandbox::none;
}

Browser browser_of(const json& entry, const MachinePaths& paths) {
  Browser browser;
  browser.name = entry.at("name").get<std::string>();
  browser.title = entry.at("title").get<std::string>();
  browser.family = entry.at("family").get<std::string>() == "firefox" ? Family::firefox : Family::chromium;
  browser.sandbox = sandbox_of(entry);
  if (browser.sandbox == Sandbox::flatpak) browser.flatpak_app = entry.at("app").get<std::string>();
  const auto& row = entry.at("linux");
  browser.found = folders(row, "found", paths);
  browser.user = folders(row, "user", paths);
  browser.system = folders(row, "system", paths);
  browser.policy = folders(row, "policy", paths);
  browser.measured = row.at("status").get<std::string>() == "measured";
  return browser;
}

}  // namespace

std::string_view family_name(Family family) { return family == Family::firefox ? "firefox" : "chromium"; }

bool Browser::present() const {
  return std::any_of(found.begin(), found.end(), [](const fs::path& path) {
    std::error_code unreadable;
    return fs::exists(path, unreadable);
  });
}

const Browser* Table::find(std::string_view name) const {
  const auto at =
      std::find_if(browsers.begin(), browsers.end(), [&](const Browser& b) { return b.name == name; });
  return at == browsers.end() ? nullptr : &*at;
}

Result<Table> parse_table(std::string_view text, const MachinePaths& paths) {
  std::string where = "the head";
  try {
    const auto document = json::parse(text);
    Table table;
    table.host_name = document.at("host_name").get<std::string>();
    table.host_description = document.at("host_description").get<std::string>();
    table.gecko_id = document.at("gecko_id").get<std::string>();
    table.chromium_key = document.at("chromium_key").get<std::string>();
    table.chromium_ids = document.at("chromium_ids").get<std::vector<std::string>>();
    for (const auto& entry : document.at("browsers")) {
      where = "the row of " + entry.value("name", "a browser without a name");
      if (entry.contains("linux"))
        table.browsers.push_back(browser_of(entry, paths));
      else
        table.untested.push_back(entry.at("name").get<std::string>());
    }
    return table;
  } catch (const json::exception& error) {
    return fail(ErrorCode::corrupt, "the table of browsers can't be read at " + where + ": " + error.what(),
                "", "build Keepleaf from an unchanged source tree");
  }
}

Result<Table> browser_table(const MachinePaths& paths) { return parse_table(kBrowsersJson, paths); }

std::optional<std::string> chromium_id_of_key(std::string_view base64_key) {
  Bytes key;
  if (!base64_decode(base64_key, key) || key.empty()) return std::nullopt;
  std::string id = sha256(key).hex().substr(0, 32);
  for (char& digit : id) digit = static_cast<char>(digit <= '9' ? 'a' + (digit - '0') : 'k' + (digit - 'a'));
  return id;
}

std::vector<std::string> allowed_ids(Family family, const Table& table, const MachineConfig& config) {
  std::vector<std::string> ids =
      family == Family::chromium ? table.chromium_ids : std::vector{table.gecko_id};
  const auto& extra = family == Family::chromium ? config.extra_chromium_ids : config.extra_gecko_ids;
  ids.insert(ids.end(), extra.begin(), extra.end());
  return ids;
}

}  // namespace keepleaf::setup
