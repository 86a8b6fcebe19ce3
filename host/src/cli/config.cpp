#include <charconv>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/print.h"
#include "setup/files.h"
#include "setup/machine_config.h"

namespace keepleaf::cli {
namespace {

using nlohmann::ordered_json;

ordered_json value_json(const setup::ConfigKey& key, const std::vector<std::string>& values) {
  if (key.list) return values;
  return values.empty() ? ordered_json() : ordered_json(values.front());
}

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

void print_json(const Context& context, const ordered_json& document) {
  context.out << document.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
}

const setup::ConfigKey& key_named(const std::string& name) {
  for (const auto& key : setup::config_keys())
    if (key.name == name) return key;
  return setup::config_keys().front();  // not reached: config_values has refused other names
}

// The one setting that belongs to the library and not to the machine.
constexpr const char* kTrashDays = "trash_days";
constexpr const char* kTrashDaysHelp = "days after which the trash is emptied by itself; 0: never";
constexpr std::uint32_t kTrashDaysDefault = library::LibrarySettings{}.trash_days;

Result<std::uint32_t> trash_days(const Context& context, std::optional<std::uint32_t> changed) {
  KL_ASSIGN(auto session, Session::open(context));
  KL_ASSIGN(const auto settings,
            session.ask<protocol::LibrarySettingsReply>(protocol::LibrarySettings{changed}));
  return settings.trash_days;
}

Result<int> show_trash_days(const Context& context, std::optional<std::uint32_t> changed = {}) {
  KL_ASSIGN(const std::uint32_t days, trash_days(context, changed));
  if (context.json)
    print_json(context, {{"key", kTrashDays}, {"value", days}});
  else
    context.out << days << '\n';
  return kDone;
}

// A library that is not there is not made for being looked at.
Result<std::uint32_t> trash_days_if_any(const Context& context) {
  KL_ASSIGN(const auto choice, chosen_library(context));
  std::error_code error;
  if (!std::filesystem::exists(choice.folder / "library.db", error)) return kTrashDaysDefault;
  return trash_days(context, std::nullopt);
}

Result<std::uint32_t> days_of(const std::vector<std::string>& values) {
  std::uint32_t days = 0;
  const std::string text = values.size() == 1 ? values.front() : std::string();
  const auto read = std::from_chars(text.data(), text.data() + text.size(), days);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return fail(ErrorCode::bad_request, "trash_days is one whole number of days", "nothing was changed",
                "0 means: never");
  return days;
}

Result<int> show_one(const Context& context, const std::string& name) {
  if (name == kTrashDays) return show_trash_days(context);
  KL_ASSIGN(const auto config, setup::load_config(context.paths.config_file()));
  KL_ASSIGN(const auto values, setup::config_values(config, name));
  if (context.json)
    print_json(context, {{"key", name}, {"value", value_json(key_named(name), values)}});
  else
    for (const auto& value : values) context.out << value << '\n';
  return kDone;
}

Result<int> show_all(const Context& context) {
  KL_ASSIGN(const auto config, setup::load_config(context.paths.config_file()));
  ordered_json document = {{"file", context.paths.config_file().string()}, {"items", ordered_json::array()}};
  std::vector<std::vector<std::string>> rows;
  for (const auto& key : setup::config_keys()) {
    KL_ASSIGN(const auto values, setup::config_values(config, key.name));
    document["items"].push_back(
        {{"key", key.name}, {"value", value_json(key, values)}, {"help", key.help}, {"of", "machine"}});
    rows.push_back(
        {std::string(key.name), values.empty() ? "(default)" : joined(values), std::string(key.help)});
  }
  // A library that can't be opened hides its own setting alone: the machine's may be what mends it.
  const auto days = trash_days_if_any(context);
  document["items"].push_back({{"key", kTrashDays},
                               {"value", days ? ordered_json(*days) : ordered_json()},
                               {"help", kTrashDaysHelp},
                               {"of", "library"}});
  rows.push_back({kTrashDays, days ? std::to_string(*days) : "(unknown)",
                  std::string(kTrashDaysHelp) + " (kept in the library)"});
  if (context.json) {
    print_json(context, document);
  } else {
    print_table(context, rows);
    context.out << "in " << context.paths.config_file().string() << '\n';
  }
  return kDone;
}

Result<int> change(const Context& context, const std::string& name, std::vector<std::string> values) {
  if (name == kTrashDays) {
    KL_ASSIGN(const std::uint32_t days,
              values.empty() ? Result<std::uint32_t>(kTrashDaysDefault) : days_of(values));
    return show_trash_days(context, days);
  }
  KL_ASSIGN(const auto held, setup::hold_folder(context.paths.config_file().parent_path()));
  KL_ASSIGN(auto config, setup::load_config(context.paths.config_file()));
  if (name == "library")
    for (auto& value : values) value = (context.folder / value).lexically_normal().string();
  KL_TRY(setup::set_config(config, name, values));
  KL_TRY(setup::save_config(context.paths.config_file(), config));
  return show_one(context, name);
}

}  // namespace

void add_config(CLI::App& app, Context& context, Action& chosen) {
  auto* config = app.add_subcommand("config", "Settings of this machine, and of the library");
  config->fallthrough();
  config->require_subcommand(1);
  auto name = std::make_shared<std::string>();
  auto values = std::make_shared<std::vector<std::string>>();

  command(*config, context, chosen, "list", "Show all settings", [&context] { return show_all(context); });
  auto* get = command(*config, context, chosen, "get", "Show one setting",
                      [&context, name] { return show_one(context, *name); });
  auto* set = command(*config, context, chosen, "set", "Change one setting",
                      [&context, name, values] { return change(context, *name, *values); });
  auto* unset = command(*config, context, chosen, "unset", "Go back to the default",
                        [&context, name] { return change(context, *name, {}); });
  for (auto* one : {get, set, unset}) one->add_option("KEY", *name, "The setting's name")->required();
  set->add_option("VALUE", *values, "Its value, or several for a list")->required();
}

}  // namespace keepleaf::cli
