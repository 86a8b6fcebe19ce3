// Being the host: what browsers start. The caller is judged before the first byte of stdin is read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "setup/browsers.h"
#include "setup/machine_config.h"
#include "wire/caller.h"

namespace keepleaf::cli {

// Whether this process is to be the host: by the name that it was started under (what manifests name), by
// `host` as its first argument, or by a browser's arguments (of Firefox only with an id of ours: a manifest's
// path and an id could be meant otherwise). Returns the browser's arguments.
std::optional<std::vector<std::string>> host_arguments(const std::vector<std::string>& argv,
                                                       const setup::Table& table,
                                                       const setup::MachineConfig& config);

// Errors: forbidden_caller, naming the caller or saying that there was none.
Result<wire::Caller> verify_caller(const std::vector<std::string>& arguments, const setup::Table& table,
                                   const setup::MachineConfig& config);

}  // namespace keepleaf::cli
