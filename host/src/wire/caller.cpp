#include "wire/caller.h"

#include <algorithm>

namespace keepleaf::wire {
namespace {

constexpr std::string_view kScheme = "chrome-extension://";
constexpr std::string_view kParentWindow = "--parent-window=";
constexpr std::size_t kChromiumIdLength = 32;

bool is_chromium_id(std::string_view id) {
  return id.size() == kChromiumIdLength &&
         std::all_of(id.begin(), id.end(), [](char c) { return c >= 'a' && c <= 'p'; });
}

// Firefox's own rule: an e-mail-like id or a GUID in braces.
bool is_addon_id(std::string_view id) {
  if (id.empty() || id.size() > 80) return false;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  if (id.front() == '{')
    return id.size() == 38 && id.back() == '}' && std::all_of(id.begin() + 1, id.end() - 1, plain);
  return std::count(id.begin(), id.end(), '@') == 1 &&
         std::all_of(id.begin(), id.end(), [&](char c) { return c == '@' || plain(c); });
}

}  // namespace

std::optional<Caller> parse_caller(std::span<const std::string_view> arguments) {
  if (arguments.empty()) return std::nullopt;
  const std::string_view first = arguments[0];
  if (first.starts_with(kScheme)) {
    if (arguments.size() > 2 || (arguments.size() == 2 && !arguments[1].starts_with(kParentWindow)))
      return std::nullopt;
    std::string_view id = first.substr(kScheme.size());
    if (!id.ends_with('/')) return std::nullopt;
    id.remove_suffix(1);
    if (!is_chromium_id(id)) return std::nullopt;
    return Caller{Family::chromium, std::string(id)};
  }
  if (arguments.size() == 2 && first.starts_with('/') && first.ends_with(".json") &&
      is_addon_id(arguments[1]))
    return Caller{Family::firefox, std::string(arguments[1])};
  return std::nullopt;
}

}  // namespace keepleaf::wire
