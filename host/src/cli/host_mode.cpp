#include "cli/host_mode.h"

#include <algorithm>
#include <filesystem>

namespace keepleaf::cli {
namespace {

constexpr std::string_view kOrigin = "chrome-extension://";

std::optional<wire::Caller> parse(const std::vector<std::string>& arguments) {
  const std::vector<std::string_view> views(arguments.begin(), arguments.end());
  return wire::parse_caller(views);
}

bool ours(const wire::Caller& caller, const setup::Table& table, const setup::MachineConfig& config) {
  const auto family =
      caller.family == wire::Family::firefox ? setup::Family::firefox : setup::Family::chromium;
  const auto ids = setup::allowed_ids(family, table, config);
  return std::find(ids.begin(), ids.end(), caller.id) != ids.end();
}

}  // namespace

std::optional<std::vector<std::string>> host_arguments(const std::vector<std::string>& argv,
                                                       const setup::Table& table,
                                                       const setup::MachineConfig& config) {
  if (argv.empty()) return std::nullopt;
  std::vector<std::string> arguments(argv.begin() + 1, argv.end());
  if (std::filesystem::path(argv[0]).filename() == "keepleaf-host") return arguments;
  if (arguments.empty()) return std::nullopt;
  if (arguments[0] == "host") {
    const bool help = arguments.size() == 2 && (arguments[1] == "--help" || arguments[1] == "-h");
    if (help) return std::nullopt;
    arguments.erase(arguments.begin());
    return arguments;
  }
  if (arguments[0].starts_with(kOrigin)) return arguments;
  const auto caller = parse(arguments);
  if (caller && ours(*caller, table, config)) return arguments;
  return std::nullopt;
}

Result<wire::Caller> verify_caller(const std::vector<std::string>& arguments, const setup::Table& table,
                                   const setup::MachineConfig& config) {
  const auto caller = parse(arguments);
  if (!caller)
    return fail(ErrorCode::forbidden_caller, "the host was not started by a browser's extension",
                "nothing was read or changed",
                "browsers start it themselves; at a prompt use: keepleaf --help");
  if (!ours(*caller, table, config))
    return fail(ErrorCode::forbidden_caller, "the extension " + caller->id + " is not Keepleaf's",
                "nothing was read or changed",
                "if it is your own build: keepleaf browser install --extra-id " + caller->id);
  return *caller;
}

}  // namespace keepleaf::cli
