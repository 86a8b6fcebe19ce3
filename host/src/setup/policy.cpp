#include "setup/policy.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "setup/files.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

bool lists(const json& policies, const char* key, const std::vector<std::string>& names) {
  if (!policies.contains(key) || !policies[key].is_array()) return false;
  return std::any_of(policies[key].begin(), policies[key].end(), [&](const json& entry) {
    return entry.is_string() &&
           std::find(names.begin(), names.end(), entry.get<std::string>()) != names.end();
  });
}

// "ExtensionSettings": an entry of our own wins over that of "*".
bool settings_block(const json& policies, const std::string& id) {
  if (!policies.contains("ExtensionSettings") || !policies["ExtensionSettings"].is_object()) return false;
  const auto& settings = policies["ExtensionSettings"];
  for (const auto& name : {id, std::string("*")}) {
    if (!settings.contains(name) || !settings[name].is_object()) continue;
    const auto mode = settings[name].value("installation_mode", "allowed");
    return mode == "blocked" || mode == "removed";
  }
  return false;
}

std::vector<fs::path> policy_files(const Browser& browser) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& folder : browser.policy) {
    if (browser.family == Family::firefox) {
      if (fs::exists(folder / "policies.json", error)) files.push_back(folder / "policies.json");
      continue;
    }
    std::vector<fs::path> here;
    for (auto it = fs::directory_iterator(folder / "managed", error);
         !error && it != fs::directory_iterator(); it.increment(error))
      if (it->path().extension() == ".json") here.push_back(it->path());
    std::sort(here.begin(), here.end());
    files.insert(files.end(), here.begin(), here.end());
  }
  return files;
}

}  // namespace

PolicyView read_policies(const Browser& browser, const Table& table) {
  PolicyView view;
  json merged = json::object();
  std::map<std::string, fs::path> source;
  for (const auto& file : policy_files(browser)) {
    const auto text = read_small_file(file);
    auto document = text && *text ? json::parse(**text, nullptr, false, true) : json();
    if (browser.family == Family::firefox && document.is_object() && document.contains("policies"))
      document = json(document["policies"]);
    if (!document.is_object()) {
      view.unreadable.push_back(file);
      continue;
    }
    for (const auto& [key, value] : document.items()) {
      merged[key] = value;
      source[key] = file;
    }
    if (browser.family == Family::firefox) break;  // the first policies.json is the only one
  }
  const auto& id = browser.family == Family::firefox ? table.gecko_id : table.chromium_ids.front();
  const auto decided_by = [&](std::initializer_list<const char*> keys) {
    for (const auto* key : keys)
      if (const auto at = source.find(key); at != source.end()) view.source = at->second;
  };
  if (browser.family == Family::chromium) {
    if (merged.contains("NativeMessagingUserLevelHosts") &&
        merged["NativeMessagingUserLevelHosts"] == false) {
      view.user_level_hosts = false;
      decided_by({"NativeMessagingUserLevelHosts"});
    }
    if (lists(merged, "NativeMessagingBlocklist", {"*", table.host_name}) &&
        !lists(merged, "NativeMessagingAllowlist", {table.host_name})) {
      view.host_blocked = true;
      decided_by({"NativeMessagingBlocklist"});
    }
    if (lists(merged, "ExtensionInstallBlocklist", {"*", id}) &&
        !lists(merged, "ExtensionInstallAllowlist", {id})) {
      view.extension_blocked = true;
      decided_by({"ExtensionInstallBlocklist"});
    }
  }
  if (settings_block(merged, id)) {
    view.extension_blocked = true;
    decided_by({"ExtensionSettings"});
  }
  return view;
}

}  // namespace keepleaf::setup
