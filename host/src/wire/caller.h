// Who started the host, told by the browser's arguments. Measured forms:
//   Chromium:  chrome-extension://<id>/  [--parent-window=<handle>]
//   Firefox:   <path of the native-messaging manifest>  <add-on id>
// Pure; comparing the id with those that are ours is the app's.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace keepleaf::wire {

enum class Family : unsigned char { chromium, firefox };

struct Caller {
  Family family = Family::chromium;
  std::string id;  // 32 letters a to p, or an add-on id
};

// `arguments` without the program's name. Nothing when no browser starts a host like this.
std::optional<Caller> parse_caller(std::span<const std::string_view> arguments);

}  // namespace keepleaf::wire
