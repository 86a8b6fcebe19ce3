#include "cli/commands.h"
#include "cli/items.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace {

// The snippet with its matches in bold on a terminal; plain elsewhere.
std::string highlighted(const Context& context, const protocol::SearchHit& hit) {
  if (!context.width) return plain(hit.snippet);
  std::string text;
  std::size_t at = 0;
  for (const auto& match : hit.matches) {
    if (match.begin < at || match.end < match.begin || match.end > hit.snippet.size()) continue;
    text += plain(hit.snippet.substr(at, match.begin - at));
    text += "\x1b[1m" + plain(hit.snippet.substr(match.begin, match.end - match.begin)) + "\x1b[0m";
    at = match.end;
  }
  return text + plain(hit.snippet.substr(at));
}

}  // namespace

void add_search(CLI::App& app, Context& context, Action& chosen) {
  auto request = std::make_shared<protocol::LinkSearch>();
  auto words = std::make_shared<std::vector<std::string>>();
  auto* search = command(app, context, chosen, "search", "Find links by words, phrases and filters",
                         [&context, request, words]() -> Result<int> {
                           for (const auto& word : *words)
                             request->query += (request->query.empty() ? "" : " ") + word;
                           return ask_and_print<protocol::LinkSearchReply>(
                               context, *request, [&](const protocol::LinkSearchReply& reply) {
                                 for (const auto& hit : reply.items) {
                                   print_item(context, hit.link);
                                   if (!hit.snippet.empty())
                                     context.out << "  " << highlighted(context, hit) << '\n';
                                 }
                                 if (reply.items.empty() && request->after.empty())
                                   context.err << "Nothing was found.\n";
                                 if (reply.indexing)
                                   context.err << "The search index is being built again: what is not in it "
                                                  "yet was not found.\n";
                                 print_more(context, reply.items.size(), reply.total, "links", reply.next);
                               });
                         });
  search->add_option("QUERY", *words, "Words, \"phrases\", tag:PATH, site:HOST, -not, OR … (docs/search.md)")
      ->required();
  search->add_option("--limit", request->limit, "How many (50)")->check(CLI::Range(1, 200));
  search->add_option("--after", request->after, "Go on where an earlier answer's cursor says")
      ->type_name("CURSOR");
}

}  // namespace keepleaf::cli
