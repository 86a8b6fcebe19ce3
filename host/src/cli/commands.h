// Every command, one file each: declares its arguments, and sets the action when it is the one chosen.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "cli/context.h"
#include "cli/session.h"
#include "protocol/codec.h"

namespace keepleaf::cli {

using Action = std::function<int()>;

void add_add(CLI::App& app, Context& context, Action& chosen);
void add_list(CLI::App& app, Context& context, Action& chosen);
void add_search(CLI::App& app, Context& context, Action& chosen);
void add_show(CLI::App& app, Context& context, Action& chosen);
void add_open(CLI::App& app, Context& context, Action& chosen);
void add_tag(CLI::App& app, Context& context, Action& chosen);
void add_note(CLI::App& app, Context& context, Action& chosen);
void add_remove(CLI::App& app, Context& context, Action& chosen);
void add_restore(CLI::App& app, Context& context, Action& chosen);
void add_trash(CLI::App& app, Context& context, Action& chosen);
void add_export(CLI::App& app, Context& context, Action& chosen);
void add_import(CLI::App& app, Context& context, Action& chosen);
void add_job(CLI::App& app, Context& context, Action& chosen);
void add_schedule(CLI::App& app, Context& context, Action& chosen);
void add_stats(CLI::App& app, Context& context, Action& chosen);
void add_verify(CLI::App& app, Context& context, Action& chosen);
void add_config(CLI::App& app, Context& context, Action& chosen);
void add_browser(CLI::App& app, Context& context, Action& chosen);
void add_worker(CLI::App& app, Context& context, Action& chosen);
void add_host(CLI::App& app, Context& context, Action& chosen);

// All of them, in the order in which help lists them.
void add_commands(CLI::App& app, Context& context, Action& chosen);

// ---- what several commands share

// A command under `app`: its action runs when it is chosen. `work` returns the exit code or an error, which
// is reported.
CLI::App* command(CLI::App& app, Context& context, Action& chosen, const std::string& name,
                  const std::string& help, std::function<Result<int>()> work);

// Prints with --json the body alone, else lets `human` print. Returns kDone.
template <class Reply, class Human>
int print(const Context& context, const Reply& reply, Human&& human) {
  if (context.json)
    context.out << protocol::encode_body(reply) << '\n';
  else
    human(reply);
  return kDone;
}

// Sends one request and prints the reply.
template <class Reply, class Human>
Result<int> ask_and_print(const Context& context, protocol::RequestBody request, Human&& human) {
  KL_ASSIGN(auto session, Session::open(context));
  KL_ASSIGN(const auto reply, session.ask<Reply>(std::move(request)));
  return print(context, reply, human);
}

// Errors: bad_request, when it is no id.
Result<Uuid> parse_id(const std::string& text);
Result<std::vector<Uuid>> parse_ids(const std::vector<std::string>& texts);

}  // namespace keepleaf::cli
