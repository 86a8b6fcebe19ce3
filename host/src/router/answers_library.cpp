// What is answered about the library as a whole, and to a greeting.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

#include "protocol/codec.h"
#include "router/convert.h"
#include "router/fit.h"
#include "router/state.h"

namespace keepleaf::router {
namespace {

std::uint64_t free_bytes_near(std::filesystem::path folder) {
  std::error_code error;
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  const auto space = std::filesystem::space(folder, error);
  return error ? 0 : space.available;
}

}  // namespace

void Router::State::describe_library(protocol::HelloReply& reply) {
  const auto opened = open();
  if (!opened) {
    reply.library.path = options.library.folder.string();
    reply.library.error = opened.error();
    reply.free_bytes = free_bytes_near(options.library.folder);
    return;
  }
  const library::LibraryFacts facts = (*opened)->facts();
  reply.library.id = facts.id;
  reply.library.path = facts.folder.string();
  reply.library.format = facts.format;
  reply.library.links = facts.links;
  reply.library.read_only = facts.read_only;
  reply.library.error = facts.read_only_reason;
  reply.free_bytes = facts.free_bytes;
  const auto staged = (*opened)->staged();
  if (!staged) {
    if (!reply.library.error) reply.library.error = staged.error();
    return;
  }
  for (const library::StagedCapture& capture : *staged) reply.pending.push_back(to_wire(capture));
  keep_what_fits(reply.pending, kReplyBudget / 2);
  // What was left undone when the machine went down, and what a schedule wants: a browser that comes back
  // is when to go on.
  if (!reply.library.read_only && options.on_work_due) {
    const auto due = (*opened)->work_is_due();
    if (due && *due) options.on_work_due();
  }
}

Reply Router::State::answer(const protocol::Hello& request) {
  const std::uint32_t highest = std::min(request.protocol_max, protocol::kProtocolMax);
  if (highest < request.protocol_min || highest < protocol::kProtocolMin)
    return fail(ErrorCode::unsupported_protocol,
                "no common protocol version: " + std::to_string(request.protocol_min) + " to " +
                    std::to_string(request.protocol_max) + " there, " +
                    std::to_string(protocol::kProtocolMin) + " to " + std::to_string(protocol::kProtocolMax) +
                    " here",
                {},
                request.protocol_min > protocol::kProtocolMax ? "Update Keepleaf's program."
                                                              : "Update the extension.");
  protocol::HelloReply reply;
  reply.protocol = highest;
  reply.host_version = options.host_version;
  reply.host_os = options.host_os;
  reply.capabilities = protocol::host_capabilities();
  reply.limits = protocol::kLimits;
  describe_library(reply);
  return reply;
}

Reply Router::State::answer(const protocol::Ping&) { return protocol::Pong{}; }

Reply Router::State::answer(const protocol::LibraryStats&) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const library::Stats stats, open_library->stats());
  return to_wire(stats);
}

Reply Router::State::answer(const protocol::LibrarySettings& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const library::LibrarySettings settings,
            request.trash_days ? open_library->configure({request.trash_days}) : open_library->settings());
  return protocol::LibrarySettingsReply{settings.trash_days};
}

Reply Router::State::answer(const protocol::LibraryVerify& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const library::Verification verification, open_library->verify(request.deep));
  protocol::LibraryVerifyReply reply = to_wire(verification);
  keep_what_fits(reply.findings, kReplyBudget);
  return reply;
}

}  // namespace keepleaf::router
