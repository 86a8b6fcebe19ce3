#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/print.h"
#include "library/import.h"

namespace keepleaf::cli {
namespace {

using nlohmann::ordered_json;

struct Request {
  std::vector<std::string> files;
  library::ImportRequest common;
};

constexpr std::size_t kShownRemarks = 10;

ordered_json as_json(const std::vector<page::ImportRemark>& remarks) {
  auto list = ordered_json::array();
  for (const auto& remark : remarks) {
    list.push_back({{"line", remark.line > 0 ? ordered_json(remark.line) : ordered_json()},
                    {"subject", remark.subject},
                    {"reason", remark.reason}});
  }
  return list;
}

ordered_json as_json(const std::vector<library::ImportedPage>& pages) {
  auto list = ordered_json::array();
  for (const auto& page : pages) {
    using State = library::ImportedPageState;
    ordered_json one = {{"url", page.url},
                        {"title", page.title},
                        {"taken_at", format_time(page.taken_at)},
                        {"state", page.state == State::imported ? "imported"
                                  : page.state == State::known  ? "known"
                                                                : "failed"},
                        {"snapshot_id", page.snapshot ? ordered_json(page.snapshot->str()) : ordered_json()},
                        {"missing", page.missing},
                        {"error", nullptr}};
    if (page.error) one["error"] = ordered_json::parse(protocol::encode_error(*page.error)).at("error");
    list.push_back(std::move(one));
  }
  return list;
}

ordered_json as_json(const std::string& file, const library::ImportReport& report) {
  auto lost = ordered_json::array();
  for (const auto& [what, count] : report.lost) lost.push_back({{"what", what}, {"count", count}});
  ordered_json item = {
      {"file", file},
      {"format", report.format.empty() ? ordered_json() : ordered_json(report.format)},
      {"links",
       {{"new", report.links_new}, {"updated", report.links_updated}, {"known", report.links_known}}},
      {"snapshots",
       {{"new", report.pages_new}, {"known", report.pages_known}, {"missing_parts", report.parts_missing}}},
      {"pages", as_json(report.pages)},
      {"tags", report.tags},
      {"notes", report.notes},
      {"jobs", report.jobs},
      {"skipped", as_json(report.skipped)},
      {"skipped_count", report.skipped_count},
      {"changed", as_json(report.changed)},
      {"changed_count", report.changed_count},
      {"lost", std::move(lost)},
      {"error", nullptr}};
  if (report.error) item["error"] = ordered_json::parse(protocol::encode_error(*report.error)).at("error");
  return item;
}

void print_remarks(const Context& context, const std::string& what,
                   const std::vector<page::ImportRemark>& remarks, std::uint64_t count) {
  for (std::size_t i = 0; i < remarks.size() && i < kShownRemarks; ++i) {
    const auto& remark = remarks[i];
    context.out << "  " << what;
    if (remark.line > 0) context.out << ", line " << remark.line;
    context.out << ": " << fitted(remark.subject, 80) << ": " << plain(remark.reason) << '\n';
  }
  if (count > kShownRemarks)
    context.out << "  … and " << count - kShownRemarks << " more " << what << " (--json lists them)\n";
}

void print_report(const Context& context, const Request& request, const std::string& file,
                  const library::ImportReport& report) {
  const auto links = report.links_new + report.links_updated + report.links_known;
  if (!report.pages.empty()) {
    context.out << plain(file) << " (" << report.format << "): " << counted(report.pages_new, "page", "pages")
                << " imported, " << report.pages_known << " known, " << report.skipped_count << " skipped";
    if (report.parts_missing > 0)
      context.out << "; " << counted(report.parts_missing, "resource", "resources") << " not in it";
    context.out << (request.common.dry_run ? " (dry run: nothing was changed)\n" : "\n");
  } else if (!report.error || links > 0) {
    context.out << plain(file) << " (" << report.format << "): " << counted(links, "link", "links") << ", "
                << report.links_new << " new, " << report.links_updated << " updated, " << report.links_known
                << " known; " << counted(report.tags, "tag", "tags") << ", "
                << counted(report.notes, "note", "notes");
    if (request.common.snapshot) context.out << ", " << counted(report.jobs, "job", "jobs");
    context.out << (request.common.dry_run ? " (dry run: nothing was changed)\n" : "\n");
  }
  print_remarks(context, "skipped", report.skipped, report.skipped_count);
  print_remarks(context, "changed", report.changed, report.changed_count);
  for (const auto& [what, count] : report.lost)
    context.out << "  not taken: " << plain(what) << " (" << count << ")\n";
}

Result<int> run_import(const Context& context, const Request& request) {
  int code = kDone;
  std::uint64_t jobs = 0;
  ordered_json document = {{"dry_run", request.common.dry_run}, {"items", ordered_json::array()}};
  for (const auto& file : request.files) {
    auto one = request.common;
    one.path = (context.folder / file).lexically_normal();
    bool shown = false;
    const auto report = context.import_file(context, one, [&](std::uint64_t done, std::uint64_t total) {
      if (!context.progress) return;
      std::string text = plain(file) + ": " + std::to_string(done);
      if (total > 0) text += " of " + std::to_string(total);
      context.err << "\r\x1b[K" << fitted(text, context.width.value_or(80) - 1) << std::flush;
      shown = true;
    });
    if (shown) context.err << "\r\x1b[K" << std::flush;
    jobs += report.jobs;
    if (context.json)
      document["items"].push_back(as_json(file, report));
    else
      print_report(context, request, file, report);
    if (!report.error) continue;
    code = kFailed;
    Context words = context;
    words.json = false;  // the one document comes at the end
    cli::report(words, *report.error);
  }
  if (jobs > 0 && !request.common.dry_run) {
    if (const auto started = context.start_worker(context); !started) {
      Context words = context;
      words.json = false;
      cli::report(words, started.error());
      code = kFailed;
    }
  }
  if (context.json)
    context.out << document.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  return code;
}

}  // namespace

void add_import(CLI::App& app, Context& context, Action& chosen) {
  auto request = std::make_shared<Request>();
  auto* import = command(app, context, chosen, "import", "Take links and pages over from other programs",
                         [&context, request] { return run_import(context, *request); });
  import->add_option("FILE", request->files, "What they exported; docs/imports.md lists the formats")
      ->required();
  import->add_flag("--dry-run", request->common.dry_run, "Change nothing, tell what would be");
  import->add_option("--format", request->common.format, "What it is; told by the content otherwise")
      ->type_name("NAME");
  import->add_option("--encoding", request->common.encoding, "Of a text that does not name its own")
      ->type_name("NAME");
  import->add_option("--tag", request->common.tags, "A tag for every link; may be repeated")
      ->allow_extra_args(false);
  import->add_flag("--states-as-tags", request->common.states_as_tags,
                   "Keep unread, archived, favourite and shared as tags");
  import->add_flag("--snapshot", request->common.snapshot,
                   "Queue a snapshot of every link that has none (without your logins)");
}

}  // namespace keepleaf::cli
