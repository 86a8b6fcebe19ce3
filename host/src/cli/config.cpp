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

Result<int> show_one(const Context& context, const std::string& name) {
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
    document["items"].push_back({{"key", key.name}, {"value", value_json(key, values)}, {"help", key.help}});
    rows.push_back(
        {std::string(key.name), values.empty() ? "(default)" : joined(values), std::string(key.help)});
  }
  if (context.json) {
    print_json(context, document);
  } else {
    print_table(context, rows);
    context.out << "in " << context.paths.config_file().string() << '\n';
  }
  return kDone;
}

Result<int> change(const Context& context, const std::string& name, std::vector<std::string> values) {
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
  auto* config = app.add_subcommand("config", "Settings of this machine");
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
