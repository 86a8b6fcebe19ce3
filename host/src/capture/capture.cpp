#include "capture/capture.h"

#include <array>
#include <utility>

namespace keepleaf::capture {
namespace {

constexpr std::array<std::pair<Engine, const char*>, 5> kEngines = {{
    {Engine::tab, "tab"},
    {Engine::link_tab, "link_tab"},
    {Engine::browser, "browser"},
    {Engine::fetch, "fetch"},
    {Engine::import, "import"},
}};

}  // namespace

const char* engine_name(Engine engine) {
  for (const auto& [value, name] : kEngines)
    if (value == engine) return name;
  return "";
}

std::optional<Engine> engine_from_name(std::string_view name) {
  for (const auto& [value, known] : kEngines)
    if (name == known) return value;
  return std::nullopt;
}

}  // namespace keepleaf::capture
