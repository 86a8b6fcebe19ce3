#include "cli/commands.h"
#include "cli/items.h"

namespace keepleaf::cli {

void add_note(CLI::App& app, Context& context, Action& chosen) {
  auto id_text = std::make_shared<std::string>();
  auto text = std::make_shared<std::string>();
  auto* note = command(app, context, chosen, "note", "Set a link's note; an empty text clears it",
                       [&context, id_text, text]() -> Result<int> {
                         KL_ASSIGN(const auto id, parse_id(*id_text));
                         return ask_and_print<protocol::LinksReply>(
                             context, protocol::LinkEdit{id, std::nullopt, *text},
                             [&](const protocol::LinksReply& reply) {
                               for (const auto& item : reply.items) print_item(context, item);
                             });
                       });
  note->add_option("ID", *id_text, "Of a link")->required();
  note->add_option("TEXT", *text, "The note")->required();
}

}  // namespace keepleaf::cli
