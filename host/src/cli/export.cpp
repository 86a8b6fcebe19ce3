#include <nlohmann/json.hpp>

#include "base/os/file.h"
#include "cli/archive_file.h"
#include "cli/commands.h"
#include "cli/documents.h"
#include "cli/export_links.h"
#include "cli/print.h"

namespace keepleaf::cli {
namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

struct Request {
  std::vector<std::string> ids;
  bool all = false;
  std::string query;
  std::string format;
  std::string output;
  bool force = false;
  bool links = false;  // the links themselves, not their pages

  bool lists_links() const { return links || is_link_format(format); }
};

// Link ids of --all or --query, page by page.
template <class Ask>
Result<std::vector<Uuid>> every_link(Ask ask) {
  std::vector<Uuid> ids;
  std::string after;
  for (;;) {
    KL_ASSIGN(const auto page, ask(after));
    for (const auto& id : page.first) ids.push_back(id);
    if (!page.second) return ids;
    after = *page.second;
  }
}

using PageOfIds = std::pair<std::vector<Uuid>, std::optional<std::string>>;

Result<std::vector<Uuid>> wanted(Session& session, const Request& request) {
  if (request.all)
    return every_link([&](const std::string& after) -> Result<PageOfIds> {
      KL_ASSIGN(const auto reply,
                session.ask<protocol::LinkListReply>(protocol::LinkList{200, after, false}));
      PageOfIds page{{}, reply.next};
      for (const auto& item : reply.items)
        if (item.snapshot_count > 0 || request.lists_links()) page.first.push_back(item.id);
      return page;
    });
  if (!request.query.empty())
    return every_link([&](const std::string& after) -> Result<PageOfIds> {
      KL_ASSIGN(const auto reply,
                session.ask<protocol::LinkSearchReply>(protocol::LinkSearch{request.query, 200, after}));
      PageOfIds page{{}, reply.next};
      for (const auto& hit : reply.items)
        if (hit.link.snapshot_count > 0 || request.lists_links()) page.first.push_back(hit.link.id);
      return page;
    });
  return parse_ids(request.ids);
}

Existing existing(const Request& request) { return request.force ? Existing::replace : Existing::refuse; }

struct Exported {
  Uuid id;
  std::optional<Uuid> snapshot;
  std::string path;
  std::string media_type;
  std::uint64_t size = 0;
  std::optional<Error> error;
};

// A picture of the snapshot, whole; it comes in pieces.
Result<library::Document> picture_of(Session& session, const Uuid& snapshot, const std::string& kind) {
  library::Document picture;
  std::uint64_t size = 0;
  do {
    protocol::SnapshotPicture ask{snapshot, kind, picture.bytes.size()};
    KL_ASSIGN(const auto piece, session.ask<protocol::SnapshotPictureReply>(std::move(ask)));
    if (piece.bytes.empty() && picture.bytes.size() < piece.size)
      return fail(ErrorCode::internal, "the picture does not advance");
    picture.media_type = piece.media_type;
    picture.bytes.insert(picture.bytes.end(), piece.bytes.begin(), piece.bytes.end());
    size = piece.size;
  } while (picture.bytes.size() < size);
  return picture;
}

Result<library::Document> document_of(const Context& context, Session& session, const Request& request,
                                      const Uuid& snapshot) {
  if (request.format == "html") return context.read_document(context, snapshot);
  if (request.format == "text") return context.read_text(context, snapshot, library::Reading::text);
  if (request.format == "markdown") return context.read_text(context, snapshot, library::Reading::markdown);
  auto picture = picture_of(session, snapshot, request.format == "picture" ? "page" : request.format);
  if (!picture && picture.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, picture.error().message, "nothing was written",
                "the library page can add a picture of the whole page");
  return picture;
}

std::uint64_t size_of(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : size;
}

Status export_one(const Context& context, Session& session, const Request& request, const fs::path& target,
                  bool into_folder, Exported& item) {
  KL_ASSIGN(const auto meant, meant_snapshot(session, item.id));
  item.snapshot = meant.snapshot;
  if (const auto* archive = archive_format(request.format)) {
    const auto path = into_folder ? target / file_name(meant, std::string(archive->extension)) : target;
    item.path = path.string();
    item.media_type = archive->media_type;
    KL_TRY(write_archive(context, *archive, {meant.snapshot}, path, existing(request)));
    item.size = size_of(path);
    return {};
  }
  KL_ASSIGN(const auto document, document_of(context, session, request, meant.snapshot));
  item.media_type = document.media_type;
  item.size = document.bytes.size();
  if (request.output == "-") {
    context.out.write(reinterpret_cast<const char*>(document.bytes.data()),
                      static_cast<std::streamsize>(document.bytes.size()));
    context.out.flush();
    if (!context.out) return fail(ErrorCode::io, "the document could not be written to standard output");
    return {};
  }
  const auto extension = safe_extension(document.media_type);
  const auto path = into_folder ? target / file_name(meant, extension.empty() ? "bin" : extension) : target;
  item.path = path.string();
  return write_document(path, document.bytes, existing(request));
}

ordered_json as_json(const Exported& item) {
  ordered_json entry = {{"id", item.id.str()},
                        {"snapshot_id", item.snapshot ? ordered_json(item.snapshot->str()) : ordered_json()},
                        {"path", item.error ? ordered_json() : ordered_json(item.path)},
                        {"media_type", item.media_type},
                        {"size", item.size},
                        {"error", nullptr}};
  if (item.error) entry["error"] = ordered_json::parse(protocol::encode_error(*item.error)).at("error");
  return entry;
}

Result<int> run_links(const Context& context, const Request& request) {
  if (!is_link_format(request.format) && request.format != "markdown" && request.format != "text") {
    report(context, Error{ErrorCode::bad_request, "there is no list of links as " + request.format,
                          "nothing was written", "use netscape, jsonl, markdown or text"});
    return kUsage;
  }
  if (request.output == "-" && context.json)
    return fail(ErrorCode::bad_request, "standard output takes the list, and not beside --json",
                "nothing was written", "name a file with -o");
  LinkList list{request.format, {}, request.output, request.force};
  if (!request.all) {
    KL_ASSIGN(auto session, Session::open(context));
    KL_ASSIGN(list.ids, wanted(session, request));
  }
  return export_links(context, list);
}

// Several pages in one file. Those that can't be found are told, and left out.
std::vector<Exported> export_together(const Context& context, Session& session, const Request& request,
                                      const ArchiveFile& archive, const std::vector<Uuid>& ids,
                                      const fs::path& target) {
  std::vector<Exported> items;
  std::vector<Uuid> snapshots;
  for (const auto& id : ids) {
    Exported& item =
        items.emplace_back(Exported{id, {}, target.string(), std::string(archive.media_type), 0, {}});
    const auto meant = meant_snapshot(session, id);
    if (!meant) {
      item.error = meant.error();
      continue;
    }
    item.snapshot = meant->snapshot;
    snapshots.push_back(meant->snapshot);
  }
  Status written;
  if (!snapshots.empty()) written = write_archive(context, archive, snapshots, target, existing(request));
  const auto size = size_of(target);
  for (auto& item : items) {
    if (!written && !item.error) item.error = written.error();
    if (!item.error) item.size = size;
  }
  return items;
}

// Tells what came of each, and returns the exit code.
int tell(const Context& context, const Request& request, const std::vector<Exported>& items) {
  int code = kDone;
  ordered_json document = {{"items", ordered_json::array()}};
  std::string last;
  for (const auto& item : items) {
    if (context.json) document["items"].push_back(as_json(item));
    if (item.error) {
      code = kFailed;
      Context words = context;
      words.json = false;  // the one document comes at the end
      report(words, *item.error);
    } else if (!context.json && request.output != "-" && item.path != last) {
      context.out << item.path << '\n';
      last = item.path;
    }
  }
  if (context.json)
    context.out << document.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  if (items.empty()) context.err << "Nothing to export.\n";
  return code;
}

Result<int> run_export(const Context& context, const Request& request) {
  if (request.lists_links()) return run_links(context, request);
  const auto* archive = archive_format(request.format);
  const bool many = request.all || !request.query.empty() || request.ids.size() > 1;
  if (request.output == "-" && (context.json || many || archive != nullptr))
    return fail(ErrorCode::bad_request, "standard output takes one document, and not beside --json",
                "nothing was written", "name a file or a folder with -o");
  KL_ASSIGN(auto session, Session::open(context));
  KL_ASSIGN(const auto ids, wanted(session, request));
  auto target = (context.folder / request.output).lexically_normal();
  std::error_code error;
  const bool is_folder = request.output.ends_with('/') || fs::is_directory(target, error);
  if (many && archive != nullptr && archive->several && !is_folder)
    return tell(context, request, export_together(context, session, request, *archive, ids, target));
  const bool into_folder = many || is_folder;
  if (into_folder && request.output != "-") {
    if (fs::exists(target, error) && !fs::is_directory(target, error))
      return fail(ErrorCode::conflict, target.string() + " is a file, and several pages need a folder",
                  "nothing was written", "name a folder with -o");
    KL_TRY(os::make_folder(target));
  }
  std::vector<Exported> items;
  for (const auto& id : ids) {
    Exported& item = items.emplace_back(Exported{id, {}, "", "", 0, {}});
    if (auto done = export_one(context, session, request, target, into_folder, item); !done)
      item.error = std::move(done).error();
  }
  return tell(context, request, items);
}

}  // namespace

void add_export(CLI::App& app, Context& context, Action& chosen) {
  auto request = std::make_shared<Request>();
  auto* added = command(app, context, chosen, "export",
                        "Write snapshots, or lists of links, as files that need no Keepleaf",
                        [&context, request] { return run_export(context, *request); });
  auto* which = added->add_option_group("which");
  which->add_option("ID", request->ids, "Of snapshots, or of links for their newest");
  which->add_flag("--all", request->all, "Every link's newest snapshot");
  which->add_option("--query", request->query, "Those that a search finds")->type_name("QUERY");
  which->require_option(1);
  added
      ->add_option("--format", request->format,
                   "html: one self-contained file a page; zip: a folder that opens offline; mhtml; warc, "
                   "wacz: any number "
                   "of pages in one file; picture: of the whole page; thumbnail: of its window; "
                   "markdown, text: what there is to read; netscape, jsonl: the links as one list")
      ->required()
      ->check(CLI::IsMember({"html", "zip", "mhtml", "warc", "wacz", "picture", "thumbnail", "markdown",
                             "text", "netscape", "jsonl"}));
  added->add_flag("--links", request->links, "With markdown or text: the links as one list, not their pages");
  added->add_option("-o,--output", request->output, "A file or a folder; - is standard output")
      ->required()
      ->type_name("PATH");
  added->add_flag("--force", request->force, "Overwrite files that are there");
}

}  // namespace keepleaf::cli
