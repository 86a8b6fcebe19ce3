#include "setup/machine_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "setup/files.h"

namespace keepleaf::setup {
namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

std::string key_names() {
  std::string names;
  for (const auto& key : config_keys()) names += (names.empty() ? "" : ", ") + std::string(key.name);
  return names;
}

// HOST[:PORT]: a name, an IPv4 address or an IPv6 address in brackets. Whether it may be fetched is net's to
// decide; here only what can't be meant is refused.
bool valid_host(std::string_view text) {
  if (text.empty() || text.size() > 300) return false;
  auto host = text;
  const auto colon = text.starts_with("[") ? text.find("]:") : text.rfind(':');
  if (colon != std::string_view::npos) {
    const auto at = text[0] == '[' ? colon + 1 : colon;
    const auto port = text.substr(at + 1);
    if (port.empty() || port.size() > 5 ||
        !std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return false;
    const int number = std::stoi(std::string(port));
    if (number < 1 || number > 65535) return false;
    host = text.substr(0, at);
  }
  if (host.empty()) return false;
  if (host.front() == '[') return host.size() > 3 && host.back() == ']';
  return host.find_first_of("/\\?#@:[] \t\n*") == std::string_view::npos;
}

// Settings that are whole numbers, with what they may be.
struct Number {
  std::string_view key;
  std::uint32_t MachineConfig::*field;
  std::uint32_t least, most;
};
constexpr std::array<Number, 2> kNumbers = {{{"parallel_jobs", &MachineConfig::parallel_jobs, 1, 16},
                                             {"host_pause_ms", &MachineConfig::host_pause_ms, 0, 600'000}}};

const Number* number_of(std::string_view key) {
  const auto* const found =
      std::find_if(kNumbers.begin(), kNumbers.end(), [&](const Number& number) { return number.key == key; });
  return found == kNumbers.end() ? nullptr : found;
}

std::optional<std::uint32_t> parse_number(const std::string& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Status check(std::string_view key, const std::string& value) {
  const auto bad = [&](const std::string& why) {
    return fail(ErrorCode::bad_request, "\"" + value + "\" is no value of " + std::string(key) + ": " + why,
                "the configuration is as it was");
  };
  if (value.find('\0') != std::string::npos || value.find('\n') != std::string::npos)
    return bad("it holds a line end");
  if (const Number* number = number_of(key)) {
    const auto given = parse_number(value);
    if (!given || *given < number->least || *given > number->most)
      return bad("a whole number from " + std::to_string(number->least) + " to " +
                 std::to_string(number->most) + " is needed");
  } else if (key == "library") {
    if (!fs::path(value).is_absolute()) return bad("an absolute path is needed");
  } else if (key == "allowed_hosts") {
    if (!valid_host(value)) return bad("HOST or HOST:PORT is needed, without a scheme or path");
  } else if (key == "extra_chromium_ids") {
    if (!valid_chromium_id(value))
      return bad("an id is 32 letters from a to p (chrome://extensions shows it)");
  } else if (key == "extra_gecko_ids") {
    if (!valid_gecko_id(value)) return bad("an id is name@domain or {UUID} (about:debugging shows it)");
  } else if (key == "browser") {
    if (!fs::path(value).is_absolute()) return bad("an absolute path is needed");
  } else if (key == "browser_account") {
    if (value.empty() || value == "root" || value.find_first_of("/ :") != std::string::npos)
      return bad("the name of an account without root's rights is needed");
  }
  return {};
}

std::vector<std::string>* list_of(MachineConfig& config, std::string_view key) {
  if (key == "allowed_hosts") return &config.allowed_hosts;
  if (key == "extra_chromium_ids") return &config.extra_chromium_ids;
  if (key == "extra_gecko_ids") return &config.extra_gecko_ids;
  return nullptr;
}

std::string* text_of(MachineConfig& config, std::string_view key) {
  if (key == "browser") return &config.browser;
  if (key == "browser_account") return &config.browser_account;
  return &config.library;
}

Result<ConfigKey> find_key(std::string_view name) {
  for (const auto& key : config_keys())
    if (key.name == name) return key;
  return fail(ErrorCode::not_found, "there is no setting \"" + std::string(name) + "\"",
              "the configuration is as it was", "the settings are: " + key_names());
}

Result<std::vector<std::string>> values_in(const ordered_json& value, const ConfigKey& key) {
  const auto bad = [&] {
    return fail(ErrorCode::bad_request,
                std::string(key.name) + " must be " + (key.list ? "a list of texts" : "a text"));
  };
  std::vector<std::string> values;
  if (number_of(key.name) != nullptr) {
    if (!value.is_number_unsigned())
      return fail(ErrorCode::bad_request, std::string(key.name) + " must be a whole number");
    values.push_back(std::to_string(value.get<std::uint64_t>()));
    return values;
  }
  if (!key.list) {
    if (!value.is_string()) return bad();
    values.push_back(value.get<std::string>());
    return values;
  }
  if (!value.is_array()) return bad();
  for (const auto& entry : value) {
    if (!entry.is_string()) return bad();
    values.push_back(entry.get<std::string>());
  }
  return values;
}

// Says which file is wrong and that nothing works on a guess.
Error in_file(Error error, const fs::path& file) {
  error.message = file.string() + ": " + error.message;
  error.kept = "the file was not changed";
  if (error.next.empty()) error.next = "correct the file, or move it away to start from the defaults";
  return error;
}

}  // namespace

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> keys = {
      {"library", "the folder of the library that every door opens", false},
      {"allowed_hosts", "HOST or HOST:PORT that may be fetched though private or loopback", true},
      {"extra_chromium_ids", "further Chromium extensions that may start the host", true},
      {"extra_gecko_ids", "further Firefox add-ons that may start the host", true},
      {"browser", "the Chromium-family browser that renders pages, an absolute path", false},
      {"browser_account", "as whom that browser runs when the worker is root", false},
      {"parallel_jobs", "pages that the worker fetches at once, 1 to 16 (3)", false},
      {"host_pause_ms", "milliseconds between two visits of the worker to one host, 0 to 600000 (1000)",
       false},
  };
  return keys;
}

Result<MachineConfig> load_config(const fs::path& file) {
  MachineConfig config;
  KL_ASSIGN(const auto text, read_small_file(file));
  if (!text) return config;
  // Duplicate keys would let two readers see two configurations; nlohmann keeps the last, so they are counted
  // here.
  std::vector<std::string> seen;
  bool repeated = false;
  const auto watch = [&](int depth, ordered_json::parse_event_t event, ordered_json& parsed) {
    if (event == ordered_json::parse_event_t::key && depth == 1) {
      const auto name = parsed.get<std::string>();
      repeated = repeated || std::find(seen.begin(), seen.end(), name) != seen.end();
      seen.push_back(name);
    }
    return true;
  };
  const auto document = ordered_json::parse(*text, watch, false);
  if (document.is_discarded() || !document.is_object() || repeated)
    return fail(in_file(
        {ErrorCode::bad_json, repeated ? "a setting stands there twice" : "it is no JSON object"}, file));
  for (const auto& [name, value] : document.items()) {
    const auto key = find_key(name);
    if (!key) return fail(in_file(key.error(), file));
    const auto values = values_in(value, *key);
    if (!values) return fail(in_file(values.error(), file));
    if (const auto set = set_config(config, name, *values); !set) return fail(in_file(set.error(), file));
  }
  return config;
}

Status save_config(const fs::path& file, const MachineConfig& config) {
  if (config == MachineConfig{}) {
    KL_TRY(remove_file(file));
    return {};
  }
  ordered_json document = ordered_json::object();
  if (!config.library.empty()) document["library"] = config.library;
  if (!config.allowed_hosts.empty()) document["allowed_hosts"] = config.allowed_hosts;
  if (!config.extra_chromium_ids.empty()) document["extra_chromium_ids"] = config.extra_chromium_ids;
  if (!config.extra_gecko_ids.empty()) document["extra_gecko_ids"] = config.extra_gecko_ids;
  if (!config.browser.empty()) document["browser"] = config.browser;
  if (!config.browser_account.empty()) document["browser_account"] = config.browser_account;
  for (const Number& number : kNumbers)
    if (config.*number.field != MachineConfig{}.*number.field)
      document[std::string(number.key)] = config.*number.field;
  std::vector<fs::path> made;
  KL_TRY(make_folders(file.parent_path(), made));
  // Paths that are no UTF-8 can't be written as JSON; replacing them silently would open another library.
  try {
    return replace_file(file, document.dump(2) + "\n", fs::perms::owner_read | fs::perms::owner_write);
  } catch (const ordered_json::exception&) {
    return fail(ErrorCode::bad_request, "a setting is no UTF-8 text", "the configuration is as it was");
  }
}

Result<std::vector<std::string>> config_values(const MachineConfig& config, std::string_view name) {
  KL_ASSIGN(const auto key, find_key(name));
  if (const Number* number = number_of(name)) {
    if (config.*number->field == MachineConfig{}.*number->field) return std::vector<std::string>{};
    return std::vector<std::string>{std::to_string(config.*number->field)};
  }
  if (!key.list) {
    const std::string& value = *text_of(const_cast<MachineConfig&>(config), name);
    return value.empty() ? std::vector<std::string>{} : std::vector<std::string>{value};
  }
  return *list_of(const_cast<MachineConfig&>(config), name);
}

Status set_config(MachineConfig& config, std::string_view name, const std::vector<std::string>& values) {
  KL_ASSIGN(const auto key, find_key(name));
  for (const auto& value : values) KL_TRY(check(name, value));
  if (key.list) {
    auto& list = *list_of(config, name);
    list.clear();
    for (const auto& value : values)
      if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
    return {};
  }
  if (values.size() > 1)
    return fail(ErrorCode::bad_request, std::string(name) + " takes one value",
                "the configuration is as it was");
  if (const Number* number = number_of(name)) {
    config.*number->field = values.empty() ? MachineConfig{}.*number->field : *parse_number(values.front());
    return {};
  }
  std::string& text = *text_of(config, name);
  text = values.empty() ? "" : values.front();
  if (name != "browser_account") text = fs::path(text).lexically_normal().string();
  return {};
}

bool valid_chromium_id(std::string_view id) {
  return id.size() == 32 && std::all_of(id.begin(), id.end(), [](char c) { return c >= 'a' && c <= 'p'; });
}

bool valid_gecko_id(std::string_view id) {
  // The pattern of Mozilla's addon ids (toolkit/mozapps/extensions): a GUID in braces, or
  // something@something.
  if (id.empty() || id.size() > 80) return false;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  if (id.front() == '{') {
    if (id.size() != 38 || id.back() != '}') return false;
    for (std::size_t i = 1; i < 37; ++i) {
      const bool dash = i == 9 || i == 14 || i == 19 || i == 24;
      const char c = id[i];
      const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      if (dash ? c != '-' : !hex) return false;
    }
    return true;
  }
  const auto at = id.find('@');
  if (at == std::string_view::npos || at + 1 == id.size()) return false;
  const auto name = id.substr(0, at);
  const auto domain = id.substr(at + 1);
  return std::all_of(name.begin(), name.end(), plain) && std::all_of(domain.begin(), domain.end(), plain);
}

LibraryChoice choose_library(std::string_view flag, const Environment& environment,
                             const MachineConfig& config, const MachinePaths& paths,
                             const fs::path& current) {
  const auto absolute = [&](const fs::path& path) { return (current / path).lexically_normal(); };
  if (!flag.empty()) return {absolute(flag), "--library"};
  if (const auto value = environment("KEEPLEAF_LIBRARY")) return {absolute(*value), "KEEPLEAF_LIBRARY"};
  if (!config.library.empty()) return {config.library, paths.config_file().string()};
  return {paths.library, "default"};
}

}  // namespace keepleaf::setup
