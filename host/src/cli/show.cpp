#include "cli/commands.h"
#include "cli/items.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace {

void print_link(const Context& context, const protocol::LinkShowReply& reply) {
  print_item(context, reply.link);
  if (reply.link.condition)
    context.out << "  last looked at " << human_time(reply.link.condition->checked_at) << " UTC\n";
  if (reply.schedule) {
    context.out << "  looked at " << reply.schedule->every;
    if (!reply.schedule->tag.empty()) context.out << ", as #" << plain(reply.schedule->tag) << " is";
    if (reply.schedule->next_at) context.out << ", next " << human_time(*reply.schedule->next_at) << " UTC";
    context.out << '\n';
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(reply.snapshots.size());
  for (const auto& snapshot : reply.snapshots)
    rows.push_back({"  " + snapshot.id.str(), human_time(snapshot.taken_at),
                    capture::engine_name(snapshot.engine), snapshot.state});
  print_table(context, rows);
  if (reply.checks.empty()) return;
  context.out << "looked at\n";
  rows.clear();
  for (const auto& check : reply.checks) rows.push_back({"  " + human_time(check.checked_at), check.outcome});
  print_table(context, rows);
}

void print_parts(const Context& context, const std::vector<protocol::ResourceInfo>& parts,
                 const char* title) {
  if (parts.empty()) return;
  context.out << title << '\n';
  std::vector<std::vector<std::string>> rows;
  rows.reserve(parts.size());
  for (const auto& part : parts)
    rows.push_back({"  " + std::to_string(part.n), part.role,
                    part.status == "ok" ? human_size(part.size) : part.status, part.type, part.url});
  print_table(context, rows);
}

void print_fidelity(const Context& context, const protocol::Fidelity& fidelity) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(fidelity.regions.size());
  for (const auto& region : fidelity.regions) {
    const auto& rect = region.rect;
    rows.push_back({"  " + std::to_string(region.part), region.kind,
                    std::to_string(rect.width) + "x" + std::to_string(rect.height) + " at " +
                        std::to_string(rect.x) + "," + std::to_string(rect.y)});
  }
  // Rounded down: 100 % is said of nothing that differs.
  const auto per_mille = static_cast<int>(fidelity.score * 1000);
  context.out << "as seen: " << per_mille / 10 << '.' << per_mille % 10 << " % by " << plain(fidelity.method)
              << '\n';
  if (rows.empty()) return;
  context.out << "differs\n";
  print_table(context, rows);
}

void print_pictures(const Context& context, const std::vector<protocol::PictureInfo>& pictures) {
  if (pictures.empty()) return;
  context.out << "pictures\n";
  std::vector<std::vector<std::string>> rows;
  rows.reserve(pictures.size());
  for (const auto& picture : pictures) {
    rows.push_back({"  " + picture.kind,
                    std::to_string(picture.width) + "x" + std::to_string(picture.height) +
                        (picture.partial ? ", the page goes on" : ""),
                    human_size(picture.size), picture.media_type, human_time(picture.taken_at) + " UTC"});
  }
  print_table(context, rows);
}

void print_snapshot(const Context& context, const protocol::SnapshotShowReply& reply) {
  print_table(context,
              {{"title", reply.title},
               {"url", reply.url},
               {"taken", human_time(reply.taken_at) + " UTC, engine " + capture::engine_name(reply.engine)},
               {"link", reply.link_id.str()},
               {"size", human_size(reply.size_raw) + ", stored " + human_size(reply.size_stored)},
               {"text", human_size(reply.text_length)}});
  if (reply.fidelity) print_fidelity(context, *reply.fidelity);
  print_pictures(context, reply.pictures);
  for (const auto& url : reply.redirects) context.out << "redirected to " << plain(url) << '\n';
  if (reply.trashed_at) context.out << "in the trash since " << human_time(*reply.trashed_at) << '\n';
  print_parts(context, reply.resources, "kept");
  print_parts(context, reply.missing, "missing");
}

// The protocol hands parts out as many as a reply holds; people and --json get them all.
Result<protocol::SnapshotShowReply> whole_snapshot(Session& session, const Uuid& id) {
  KL_ASSIGN(auto whole, session.ask<protocol::SnapshotShowReply>(protocol::SnapshotShow{id, 0}));
  while (whole.next) {
    KL_ASSIGN(auto more, session.ask<protocol::SnapshotShowReply>(protocol::SnapshotShow{id, *whole.next}));
    whole.resources.insert(whole.resources.end(), more.resources.begin(), more.resources.end());
    whole.missing.insert(whole.missing.end(), more.missing.begin(), more.missing.end());
    if (more.next && *more.next <= *whole.next)
      return fail(ErrorCode::internal, "the list of parts does not advance");
    whole.next = more.next;
  }
  return whole;
}

}  // namespace

void add_show(CLI::App& app, Context& context, Action& chosen) {
  auto id_text = std::make_shared<std::string>();
  auto* show =
      command(app, context, chosen, "show", "Show a link with its snapshots, or a snapshot with its parts",
              [&context, id_text]() -> Result<int> {
                KL_ASSIGN(const auto id, parse_id(*id_text));
                KL_ASSIGN(auto session, Session::open(context));
                const auto link = session.ask<protocol::LinkShowReply>(protocol::LinkShow{id});
                if (link)
                  return print(context, *link, [&](const auto& reply) { print_link(context, reply); });
                if (link.error().code != ErrorCode::not_found) return fail(link.error());
                const auto snapshot = whole_snapshot(session, id);
                if (!snapshot && snapshot.error().code == ErrorCode::not_found)
                  return fail(ErrorCode::not_found, "there is no link and no snapshot " + id.str(), "",
                              "keepleaf list shows the ids");
                if (!snapshot) return fail(snapshot.error());
                return print(context, *snapshot, [&](const auto& reply) { print_snapshot(context, reply); });
              });
  show->add_option("ID", *id_text, "Of a link or a snapshot")->required();
}

}  // namespace keepleaf::cli
