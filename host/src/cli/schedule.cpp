#include "cli/commands.h"
#include "cli/items.h"
#include "cli/print.h"
#include "cli/schedule_timer.h"
#include "worker/worker.h"

namespace keepleaf::cli {
namespace {

void print_schedule(const Context& context, const protocol::ScheduleInfo& schedule) {
  const std::string what =
      schedule.link_id ? (schedule.title.empty() ? schedule.url : schedule.title) : "#" + schedule.tag;
  context.out << plain(what) << "\n  " << schedule.every;
  if (!schedule.link_id) context.out << ", " << counted(schedule.links, "link", "links");
  if (schedule.next_at) context.out << ", next " << human_time(*schedule.next_at);
  context.out << '\n';
  if (schedule.link_id) context.out << "  " << schedule.link_id->str() << '\n';
}

// A link by its id, or a tag by --tag.
struct Subject {
  std::string id;
  std::string tag;

  void declare(CLI::App& command) {
    auto* which = command.add_option_group("what");
    which->add_option("ID", id, "Of a link");
    which->add_option("--tag", tag, "All links with this tag, or one below it")->type_name("TAG");
    which->require_option(1);
  }
  template <class Request>
  Status put_into(Request& request) const {
    request.tag = tag;
    if (id.empty()) return {};
    KL_ASSIGN(request.link_id, parse_id(id));
    return {};
  }
};

Result<int> run_scheduled(Context& context, bool all) {
  KL_ASSIGN(auto session, Session::open(context));
  KL_ASSIGN(const auto reply, session.ask<protocol::JobsReply>(protocol::ScheduleRun{all}));
  return print(context, reply, [&](const protocol::JobsReply& queued) {
    context.out << counted(queued.jobs, "link", "links") << " to look at; the worker does it\n";
  });
}

}  // namespace

void add_schedule(CLI::App& app, Context& context, Action& chosen) {
  auto* schedule = app.add_subcommand("schedule", "Look at links again, every so often");
  schedule->fallthrough();
  schedule->require_subcommand(1);

  auto subject = std::make_shared<Subject>();
  auto every = std::make_shared<std::string>();
  auto* set = command(*schedule, context, chosen, "set", "Look at a link, or at all links with a tag, again",
                      [&context, subject, every]() -> Result<int> {
                        protocol::ScheduleSet request;
                        KL_TRY(subject->put_into(request));
                        request.every = *every;
                        return ask_and_print<protocol::ScheduleSetReply>(
                            context, std::move(request), [&](const protocol::ScheduleSetReply& reply) {
                              print_schedule(context, reply.schedule);
                            });
                      });
  subject->declare(*set);
  set->add_option("--every", *every, "daily, weekly, monthly, or hours or days: 6h, 3d")
      ->required()
      ->type_name("PERIOD");

  auto request = std::make_shared<protocol::ScheduleList>();
  auto* list =
      command(*schedule, context, chosen, "list", "Show the schedules", [&context, request]() -> Result<int> {
        return ask_and_print<protocol::ScheduleListReply>(
            context, *request, [&](const protocol::ScheduleListReply& reply) {
              for (const auto& item : reply.items) print_schedule(context, item);
              if (reply.items.empty() && request->after.empty()) context.err << "No schedules.\n";
              print_more(context, reply.items.size(), reply.total, "schedules", reply.next);
            });
      });
  list->add_option("--limit", request->limit, "How many (50)")->check(CLI::Range(1, 200));
  list->add_option("--after", request->after, "Go on where an earlier answer's cursor says")
      ->type_name("CURSOR");

  auto cleared = std::make_shared<Subject>();
  auto* clear = command(*schedule, context, chosen, "clear", "Take a schedule away",
                        [&context, cleared]() -> Result<int> {
                          protocol::ScheduleClear taken;
                          KL_TRY(cleared->put_into(taken));
                          return ask_and_print<protocol::ScheduleClearReply>(
                              context, std::move(taken), [&](const protocol::ScheduleClearReply& reply) {
                                context.out << (reply.cleared ? "cleared\n" : "there was none\n");
                              });
                        });
  cleared->declare(*clear);

  auto all = std::make_shared<bool>(false);
  auto* run =
      command(*schedule, context, chosen, "run", "Start the worker on what is due: what a timer calls",
              [&context, all] { return run_scheduled(context, *all); });
  run->add_flag("--all", *all, "Everything that has a schedule, due or not");

  auto install = std::make_shared<bool>(false);
  auto* timer =
      command(*schedule, context, chosen, "timer",
              "Print the systemd timer and the cron line that run schedules while no browser is open",
              [&context, install] { return schedule_timer(context, *install); });
  timer->add_flag("--install", *install, "Write the timer to the user's systemd folder");
}

}  // namespace keepleaf::cli
