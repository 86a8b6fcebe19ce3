// remove and restore: to the trash and back.
#include "cli/commands.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace {

template <class Request>
void add_move(CLI::App& app, Context& context, Action& chosen, const char* name, const char* help,
              const char* done, const char* nothing) {
  auto texts = std::make_shared<std::vector<std::string>>();
  auto* added = command(app, context, chosen, name, help, [&context, texts, done, nothing]() -> Result<int> {
    KL_ASSIGN(auto ids, parse_ids(*texts));
    return ask_and_print<protocol::ItemsReply>(context, Request{std::move(ids)},
                                               [&](const protocol::ItemsReply& reply) {
                                                 for (const auto& id : reply.ids)
                                                   context.out << done << " " << id.str() << '\n';
                                                 if (reply.ids.empty()) context.out << nothing << '\n';
                                               });
  });
  added->add_option("ID", *texts, "Of links or snapshots")->required();
}

}  // namespace

void add_remove(CLI::App& app, Context& context, Action& chosen) {
  add_move<protocol::ItemRemove>(app, context, chosen, "remove", "Put links or snapshots into the trash",
                                 "removed", "All of them were in the trash already.");
}

void add_restore(CLI::App& app, Context& context, Action& chosen) {
  add_move<protocol::ItemRestore>(app, context, chosen, "restore",
                                  "Take links or snapshots back out of the trash", "restored",
                                  "None of them was in the trash.");
}

}  // namespace keepleaf::cli
