#include "cli/commands.h"
#include "cli/items.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace {

void add_tag_list(CLI::App& tag, Context& context, Action& chosen) {
  auto request = std::make_shared<protocol::TagList>();
  auto* list = command(tag, context, chosen, "list", "Show tags and how many links have them",
                       [&context, request]() -> Result<int> {
                         return ask_and_print<protocol::TagListReply>(
                             context, *request, [&](const protocol::TagListReply& reply) {
                               std::vector<std::vector<std::string>> rows;
                               for (const auto& item : reply.items)
                                 rows.push_back({item.path, std::to_string(item.links)});
                               print_table(context, rows);
                               if (reply.items.empty() && request->after.empty()) context.err << "No tags.\n";
                               print_more(context, reply.items.size(), reply.total, "tags", reply.next);
                             });
                       });
  list->add_option("PREFIX", request->prefix, "Only those of which a level begins so");
  list->add_option("--limit", request->limit, "How many (200)")->check(CLI::Range(1, 200));
  list->add_option("--after", request->after, "Go on where an earlier answer's cursor says")
      ->type_name("CURSOR");
}

void add_retag(CLI::App& tag, Context& context, Action& chosen, const char* name, const char* help,
               bool adds) {
  auto id_text = std::make_shared<std::string>();
  auto tags = std::make_shared<std::vector<std::string>>();
  auto* added = command(tag, context, chosen, name, help, [&context, id_text, tags, adds]() -> Result<int> {
    KL_ASSIGN(const auto id, parse_id(*id_text));
    protocol::LinkTag request{{id}, {}, {}};
    (adds ? request.add : request.remove) = *tags;
    return ask_and_print<protocol::LinksReply>(context, std::move(request),
                                               [&](const protocol::LinksReply& reply) {
                                                 for (const auto& item : reply.items)
                                                   print_item(context, item);
                                               });
  });
  added->add_option("ID", *id_text, "Of a link")->required();
  added->add_option("TAG", *tags, "Paths, such as work/db")->required();
}

template <class Request>
void add_change(CLI::App& tag, Context& context, Action& chosen, const char* name, const char* help,
                const char* to) {
  auto request = std::make_shared<Request>();
  auto* added = command(tag, context, chosen, name, help, [&context, request]() -> Result<int> {
    return ask_and_print<protocol::TagChangeReply>(
        context, *request, [&](const protocol::TagChangeReply& reply) {
          context.out << plain(reply.path) << "  " << counted(reply.links, "link", "links") << '\n';
        });
  });
  added->add_option("FROM", request->from, "A tag")->required();
  added->add_option("TO", request->to, to)->required();
}

}  // namespace

void add_tag(CLI::App& app, Context& context, Action& chosen) {
  auto* tag = app.add_subcommand("tag", "Show, give, take, rename, merge and move tags");
  tag->fallthrough();
  tag->require_subcommand(1);
  add_tag_list(*tag, context, chosen);
  add_retag(*tag, context, chosen, "add", "Give tags to a link", true);
  add_retag(*tag, context, chosen, "remove", "Take tags from a link", false);
  add_change<protocol::TagRename>(*tag, context, chosen, "rename", "Rename a tag with all below it",
                                  "Its new path, not in use");
  add_change<protocol::TagMerge>(*tag, context, chosen, "merge", "Merge a tag with all below it into another",
                                 "A tag that is there");
  add_change<protocol::TagMove>(*tag, context, chosen, "move", "Move a tag with all below it",
                                "Its new parent; \"\" is the top");
}

}  // namespace keepleaf::cli
