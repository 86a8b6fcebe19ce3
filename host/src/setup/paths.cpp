#include "setup/paths.h"

#include <cstdlib>

namespace keepleaf::setup {
namespace fs = std::filesystem;

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  };
}

fs::path MachinePaths::system(const fs::path& absolute) const { return root / absolute.relative_path(); }

Result<MachinePaths> MachinePaths::from(const Environment& environment, const fs::path& root) {
  const auto absolute = [&](const char* name) -> std::optional<fs::path> {
    const auto value = environment(name);
    if (!value || !fs::path(*value).is_absolute()) return std::nullopt;
    return fs::path(*value).lexically_normal();
  };
  const auto home = absolute("HOME");
  if (!home)
    return fail(ErrorCode::unsupported, "HOME is not set to an absolute path, so your folders can't be found",
                "", "set HOME and try again");

  MachinePaths paths;
  paths.home = *home;
  paths.config_home = absolute("XDG_CONFIG_HOME").value_or(*home / ".config");
  paths.data_home = absolute("XDG_DATA_HOME").value_or(*home / ".local/share");
  paths.config = paths.config_home / "keepleaf";
  paths.library = paths.data_home / "keepleaf/library";
  paths.state = absolute("XDG_STATE_HOME").value_or(*home / ".local/state") / "keepleaf";
  const auto runtime = absolute("XDG_RUNTIME_DIR");
  paths.runtime = (runtime ? *runtime : absolute("XDG_CACHE_HOME").value_or(*home / ".cache")) / "keepleaf";
  paths.root = root;
  return paths;
}

}  // namespace keepleaf::setup
