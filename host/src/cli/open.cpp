#include <cstdlib>

#include "base/os/file.h"
#include "base/os/process.h"
#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace fs = std::filesystem;
namespace {

constexpr UnixMs kDay = 24LL * 60 * 60 * 1000;

std::optional<fs::path> opener(const Context& context) {
  std::string folders = context.environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  for (std::size_t at = 0; at <= folders.size();) {
    const auto end = std::min(folders.find(':', at), folders.size());
    const auto candidate = fs::path(folders.substr(at, end - at)) / "xdg-open";
    if (candidate.is_absolute() && os::startable(candidate) == os::Startable::yes) return candidate;
    at = end + 1;
  }
  return std::nullopt;
}

// Whoever opened something yesterday has it open or is done with it.
void forget_old(const fs::path& folder) {
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::directory_iterator();
       it.increment(error))
    if (os::modified_at(it->path()) < system_clock().now() - kDay)
      static_cast<void>(os::remove_file(it->path()));
}

Result<int> run_open(const Context& context, const std::string& id_text, bool only_print) {
  KL_ASSIGN(const auto id, parse_id(id_text));
  KL_ASSIGN(auto session, Session::open(context));
  KL_ASSIGN(const auto meant, meant_snapshot(session, id));
  KL_ASSIGN(const auto document, context.read_document(context, meant.snapshot));
  const auto extension = safe_extension(document.media_type);
  if (extension.empty())
    return fail(ErrorCode::unsupported,
                "a file of type " + document.media_type + " is not opened: it could run code",
                "nothing was written",
                "keepleaf export " + meant.snapshot.str() + " --format html -o PATH writes it");
  const auto folder = context.paths.runtime / "open";
  KL_TRY(os::make_folder(folder));
  forget_old(folder);
  const auto path = folder / (meant.snapshot.str() + "." + extension);
  KL_TRY(os::write_file(path, document.bytes));
  if (!only_print) {
    const auto program = opener(context);
    if (!program)
      return fail(ErrorCode::unsupported, "there is no xdg-open to show the page with",
                  "the page is in " + path.string(), "open that file in a browser, or install xdg-utils");
    KL_TRY(os::start_detached(*program, {path.string()}));
  }
  if (context.json)
    context.out << "{\"path\":" << json_text(path.string()) << ",\"snapshot_id\":\"" << meant.snapshot.str()
                << "\"}\n";
  else
    context.out << path.string() << '\n';
  return kDone;
}

}  // namespace

void add_open(CLI::App& app, Context& context, Action& chosen) {
  auto id_text = std::make_shared<std::string>();
  auto only_print = std::make_shared<bool>(false);
  auto* open = command(app, context, chosen, "open", "Show a snapshot in the browser",
                       [&context, id_text, only_print] { return run_open(context, *id_text, *only_print); });
  open->add_option("ID", *id_text, "Of a snapshot, or of a link for its newest")->required();
  open->add_flag("--print", *only_print, "Write the file and print its path only");
}

}  // namespace keepleaf::cli
