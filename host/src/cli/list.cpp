#include "cli/commands.h"
#include "cli/items.h"

namespace keepleaf::cli {

void add_list(CLI::App& app, Context& context, Action& chosen) {
  auto request = std::make_shared<protocol::LinkList>();
  auto* list =
      command(app, context, chosen, "list", "Show links, newest first", [&context, request]() -> Result<int> {
        return ask_and_print<protocol::LinkListReply>(
            context, *request, [&](const protocol::LinkListReply& reply) {
              for (const auto& item : reply.items) print_item(context, item);
              if (reply.items.empty() && request->after.empty())
                context.err << (request->trashed ? "The trash is empty.\n"
                                                 : "No links yet: keepleaf add URL\n");
              print_more(context, reply.items.size(), reply.total, "links", reply.next);
            });
      });
  list->add_option("--limit", request->limit, "How many (50)")->check(CLI::Range(1, 200));
  list->add_option("--after", request->after, "Go on where an earlier answer's cursor says")
      ->type_name("CURSOR");
  list->add_flag("--trashed", request->trashed, "Those in the trash");
}

}  // namespace keepleaf::cli
