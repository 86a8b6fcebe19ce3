#include "setup/host_manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "setup/embedded.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

constexpr std::string_view kOrigin = "chrome-extension://";

std::string as_caller(Family family, const std::string& id) {
  return family == Family::chromium ? std::string(kOrigin) + id + "/" : id;
}

const char* callers_key(Family family) {
  return family == Family::chromium ? "allowed_origins" : "allowed_extensions";
}

void read_callers(const ordered_json& document, Family family, ManifestReading& reading) {
  const auto* key = callers_key(family);
  if (!document.contains(key) || !document[key].is_array()) {
    reading.refused.push_back({"id_missing", std::string("it has no list \"") + key + "\""});
    return;
  }
  for (const auto& entry : document[key]) {
    if (!entry.is_string()) continue;
    auto text = entry.get<std::string>();
    if (family == Family::firefox) {
      reading.callers.push_back(text);
    } else if (text.starts_with(kOrigin) && text.ends_with("/")) {
      reading.callers.push_back(text.substr(kOrigin.size(), text.size() - kOrigin.size() - 1));
    } else if (text.starts_with(kOrigin)) {
      // Chromium then drops the whole file, and says that there is no such host.
      reading.refused.push_back({"origin_slash", "\"" + text + "\" lacks the slash at its end"});
    } else {
      reading.refused.push_back({"origin_malformed", "\"" + text + "\" is no extension's origin"});
    }
  }
}

}  // namespace

fs::path manifest_file(const Table& table, const fs::path& folder) {
  return folder / (table.host_name + ".json");
}

Result<std::string> host_manifest(const Table& table, Family family, const fs::path& host,
                                  const std::vector<std::string>& ids) {
  auto document =
      ordered_json::parse(family == Family::chromium ? kChromiumManifestForm : kFirefoxManifestForm);
  auto callers = ordered_json::array();
  for (const auto& id : ids) callers.push_back(as_caller(family, id));
  for (auto& [key, value] : document.items()) {
    if (value == "@NAME@") value = table.host_name;
    if (value == "@DESCRIPTION@") value = table.host_description;
    if (value == "@PATH@") value = host.string();
    if (value == "@CALLERS@") value = callers;
  }
  try {
    return document.dump(2) + "\n";
  } catch (const ordered_json::exception&) {
    return fail(ErrorCode::bad_request, "the path of keepleaf-host is no UTF-8, so no manifest can name it",
                "", "move Keepleaf to a folder whose name is UTF-8");
  }
}

ManifestReading read_manifest(const Table& table, Family family, std::string_view text) {
  ManifestReading reading;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // both browsers accept a byte order mark
  const auto document = ordered_json::parse(text, nullptr, false);
  if (document.is_discarded() || !document.is_object()) {
    reading.refused.push_back({"manifest_not_json", "it is no JSON object"});
    return reading;
  }
  const auto word = [&](const char* key) {
    return document.contains(key) && document[key].is_string() ? document[key].get<std::string>()
                                                               : std::string();
  };
  if (word("name") != table.host_name)
    reading.refused.push_back(
        {"manifest_wrong_name", "\"name\" is \"" + word("name") + "\", not " + table.host_name});
  if (word("type") != "stdio")
    reading.refused.push_back({"manifest_wrong_type", "\"type\" is \"" + word("type") + "\", not stdio"});
  if (family == Family::firefox && document.contains("allowed_origins"))
    reading.refused.push_back(
        {"both_families", "it holds Chromium's \"allowed_origins\" too; Firefox refuses such a file"});
  reading.host = word("path");
  if (reading.host.empty())
    reading.refused.push_back({"host_path_missing", "it names no \"path\""});
  else if (!reading.host.is_absolute())
    reading.refused.push_back({"host_path_relative", "\"path\" is relative: " + reading.host.string()});
  read_callers(document, family, reading);
  return reading;
}

}  // namespace keepleaf::setup
