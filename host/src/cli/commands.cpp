#include "cli/commands.h"

#include <algorithm>
#include <cctype>

#include "cli/print.h"

namespace keepleaf::cli {

CLI::App* command(CLI::App& app, Context& context, Action& chosen, const std::string& name,
                  const std::string& help, std::function<Result<int>()> work) {
  auto* added = app.add_subcommand(name, help);
  added->fallthrough();  // --json and --library may stand behind the command too
  added->callback([&context, &chosen, work = std::move(work)] {
    chosen = [&context, work] {
      const auto code = work();
      return code ? *code : report(context, code.error());
    };
  });
  return added;
}

Result<Uuid> parse_id(const std::string& text) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto id = Uuid::parse(lower);
  if (id) return *id;
  return fail(ErrorCode::bad_request, "\"" + text + "\" is no id", "nothing was changed",
              "ids have 36 characters: keepleaf list and keepleaf search show them");
}

Result<std::vector<Uuid>> parse_ids(const std::vector<std::string>& texts) {
  std::vector<Uuid> ids;
  for (const auto& text : texts) {
    KL_ASSIGN(const auto id, parse_id(text));
    ids.push_back(id);
  }
  return ids;
}

void add_commands(CLI::App& app, Context& context, Action& chosen) {
  for (const auto add : {add_add,    add_list,    add_search, add_show,    add_open,   add_tag, add_note,
                         add_remove, add_restore, add_trash,  add_export,  add_import, add_job, add_schedule,
                         add_stats,  add_verify,  add_config, add_browser, add_worker, add_host})
    add(app, context, chosen);
}

}  // namespace keepleaf::cli
