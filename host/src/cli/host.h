// The host's life after its caller was judged, and the router that every door of this program opens.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/context.h"
#include "protocol/handler.h"
#include "router/router.h"
#include "setup/browsers.h"

namespace keepleaf::cli {

std::unique_ptr<protocol::Handler> open_router(const Context& context, const std::filesystem::path& folder,
                                               router::Door door);

// Speaks frames on stdin and stdout until the browser closes them. Returns the exit code.
int run_host(const Context& context, const std::vector<std::string>& arguments, const setup::Table& table,
             const setup::MachineConfig& config);

}  // namespace keepleaf::cli
