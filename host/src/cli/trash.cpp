// trash: what waits there, and out of it for good.
#include "cli/commands.h"
#include "cli/items.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace {

void print_entry(const Context& context, const protocol::TrashEntry& entry) {
  context.out << plain(entry.title.empty() ? entry.url : entry.title) << '\n';
  if (!entry.title.empty()) context.out << "  " << plain(entry.url) << '\n';
  context.out << "  " << entry.id.str() << "  "
              << (entry.kind == "link" ? "link, " + counted(entry.snapshots, "snapshot", "snapshots")
                                       : std::string("snapshot"))
              << ", " << human_size(entry.size_stored) << ", since " << human_time(entry.trashed_at);
  if (entry.ends_at) context.out << ", until " << human_time(*entry.ends_at);
  context.out << '\n';
}

void print_emptied(const Context& context, const protocol::TrashEmptyReply& reply) {
  if (reply.links + reply.snapshots == 0) {
    context.out << "The trash was empty.\n";
  } else {
    context.out << "destroyed " << counted(reply.links, "link", "links") << ", "
                << counted(reply.snapshots, "snapshot", "snapshots") << '\n';
  }
  if (!reply.wiped)
    context.err << "keepleaf: traces are still on the disk\n"
                   "  kept: nothing shows them any more\n"
                   "  next: when the program that reads the library now has ended: keepleaf trash empty\n";
}

}  // namespace

void add_trash(CLI::App& app, Context& context, Action& chosen) {
  auto* trash = app.add_subcommand("trash", "Look into the trash, or destroy what is in it");
  trash->fallthrough();
  trash->require_subcommand(1);

  auto request = std::make_shared<protocol::TrashList>();
  auto* list =
      command(*trash, context, chosen, "list", "Show what is in the trash, the last to come first",
              [&context, request]() -> Result<int> {
                return ask_and_print<protocol::TrashListReply>(
                    context, *request, [&](const protocol::TrashListReply& reply) {
                      for (const auto& item : reply.items) print_entry(context, item);
                      if (reply.items.empty() && request->after.empty())
                        context.err << "The trash is empty.\n";
                      print_more(context, reply.items.size(), reply.total, "in the trash", reply.next);
                    });
              });
  list->add_option("--limit", request->limit, "How many (50)")->check(CLI::Range(1, 200));
  list->add_option("--after", request->after, "Go on where an earlier answer's cursor says")
      ->type_name("CURSOR");

  auto texts = std::make_shared<std::vector<std::string>>();
  auto* empty = command(*trash, context, chosen, "empty",
                        "Destroy what is in the trash for good: all of it, or the links and snapshots named",
                        [&context, texts]() -> Result<int> {
                          protocol::TrashEmpty what;
                          KL_ASSIGN(what.ids, parse_ids(*texts));
                          what.all = what.ids.empty();
                          return ask_and_print<protocol::TrashEmptyReply>(
                              context, what,
                              [&](const protocol::TrashEmptyReply& reply) { print_emptied(context, reply); });
                        });
  empty->add_option("ID", *texts, "Of links or snapshots in the trash");
}

}  // namespace keepleaf::cli
