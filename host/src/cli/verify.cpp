#include "cli/commands.h"
#include "cli/print.h"

namespace keepleaf::cli {

void add_verify(CLI::App& app, Context& context, Action& chosen) {
  auto request = std::make_shared<protocol::LibraryVerify>();
  auto* verify = command(
      app, context, chosen, "verify", "Check that the library is whole",
      [&context, request]() -> Result<int> {
        KL_ASSIGN(auto session, Session::open(context));
        KL_ASSIGN(const auto reply, session.ask<protocol::LibraryVerifyReply>(*request));
        print(context, reply, [&](const protocol::LibraryVerifyReply& found) {
          for (const auto& finding : found.findings)
            context.out << finding.kind << "  " << plain(finding.subject) << "  " << plain(finding.message)
                        << '\n';
          context.out << (found.ok ? "whole: " : "DAMAGED: ")
                      << counted(found.snapshots, "snapshot", "snapshots") << ", "
                      << counted(found.objects, "object", "objects") << ", " << human_size(found.bytes)
                      << (request->deep ? " read and hashed" : " looked at") << '\n';
        });
        if (!reply.ok)
          context.err
              << "keepleaf: the library is damaged\n  kept: verify changes nothing\n"
                 "  next: copy the folder before anything else; what is listed can be captured again\n";
        return reply.ok ? kDone : kFailed;
      });
  verify->add_flag("--deep", request->deep, "Read and hash every object");
}

}  // namespace keepleaf::cli
