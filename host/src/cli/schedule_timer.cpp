#include "cli/schedule_timer.h"

#include <nlohmann/json.hpp>

#include "cli/cli.h"
#include "cli/print.h"
#include "setup/files.h"

namespace keepleaf::cli {
namespace {

using nlohmann::ordered_json;

// As an argument in a unit file: quoted, with what systemd would expand made plain (systemd.service(5),
// "Command lines"; systemd.syntax(7), "Quoting").
std::string unit_quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '%' || c == '$') out += c;
    out += c;
  }
  return out + '"';
}

// As a word for /bin/sh in a crontab, in which % ends the command.
std::string cron_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '%')
      out += "\\%";
    else
      out += c;
  }
  return out + "'";
}

}  // namespace

Result<int> schedule_timer(const Context& context, bool install) {
  KL_ASSIGN(const auto choice, chosen_library(context));
  const std::string program = context.program.string();
  const std::string library = choice.folder.string();
  const std::string service =
      "[Unit]\nDescription=Keepleaf looks at links again\n\n[Service]\nType=oneshot\nExecStart=" +
      unit_quoted(program) + " --library " + unit_quoted(library) + " worker --idle 0\nNice=10\n";
  const std::string timer =
      "[Unit]\nDescription=Keepleaf looks at links again, every quarter of an "
      "hour\n\n[Timer]\nOnCalendar=*:0/15\n"
      "RandomizedDelaySec=120\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n";
  const std::string cron = "*/15 * * * * " + cron_quoted(program) + " --library " + cron_quoted(library) +
                           " worker --idle 0 >/dev/null 2>&1";
  const std::string start = "systemctl --user enable --now keepleaf-schedule.timer";
  const auto folder = context.paths.config_file().parent_path().parent_path() / "systemd" / "user";
  const auto service_file = folder / "keepleaf-schedule.service";
  const auto timer_file = folder / "keepleaf-schedule.timer";
  if (install) {
    using std::filesystem::perms;
    constexpr auto mode = perms::owner_read | perms::owner_write;
    std::vector<std::filesystem::path> made;
    KL_TRY(setup::make_folders(folder, made));
    KL_TRY(setup::replace_file(service_file, service, mode));
    KL_TRY(setup::replace_file(timer_file, timer, mode));
  }
  if (context.json) {
    const ordered_json document = {{"installed", install},
                                   {"service", {{"path", service_file.string()}, {"text", service}}},
                                   {"timer", {{"path", timer_file.string()}, {"text", timer}}},
                                   {"start", start},
                                   {"cron", cron}};
    context.out << document.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
    return kDone;
  }
  if (install) {
    context.out << "written: " << plain(service_file.string()) << "\nwritten: " << plain(timer_file.string())
                << "\nstart it: " << start << '\n';
    return kDone;
  }
  context.out << "# " << plain(service_file.string()) << '\n'
              << service << "\n# " << plain(timer_file.string()) << '\n'
              << timer << "\n# then: " << start << "\n\n# or, for cron (crontab -e):\n"
              << cron << '\n';
  return kDone;
}

}  // namespace keepleaf::cli
