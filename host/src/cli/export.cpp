#include <nlohmann/json.hpp>

#include "base/os/file.h"
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

Status export_one(const Context& context, Session& session, const Request& request, const fs::path& target,
                  bool into_folder, Exported& item) {
  KL_ASSIGN(const auto meant, meant_snapshot(session, item.id));
  item.snapshot = meant.snapshot;
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
  return write_document(path, document.bytes, request.force ? Existing::replace : Existing::refuse);
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

Result<int> run_export(const Context& context, const Request& request) {
  if (request.lists_links()) return run_links(context, request);
  if (request.output == "-" &&
      (context.json || request.all || !request.query.empty() || request.ids.size() > 1))
    return fail(ErrorCode::bad_request, "standard output takes one document, and not beside --json",
                "nothing was written", "name a folder with -o");
  KL_ASSIGN(auto session, Session::open(context));
  KL_ASSIGN(const auto ids, wanted(session, request));
  auto target = (context.folder / request.output).lexically_normal();
  std::error_code error;
  const bool many = request.all || !request.query.empty() || request.ids.size() > 1;
  const bool into_folder = many || request.output.ends_with('/') || fs::is_directory(target, error);
  if (into_folder && request.output != "-") {
    if (fs::exists(target, error) && !fs::is_directory(target, error))
      return fail(ErrorCode::conflict, target.string() + " is a file, and several pages need a folder",
                  "nothing was written", "name a folder with -o");
    KL_TRY(os::make_folder(target));
  }
  int code = kDone;
  ordered_json document = {{"items", ordered_json::array()}};
  for (const auto& id : ids) {
    Exported item{id, {}, "", "", 0, {}};
    if (auto done = export_one(context, session, request, target, into_folder, item); !done) {
      item.error = std::move(done).error();
      code = kFailed;
    }
    if (context.json) document["items"].push_back(as_json(item));
    if (item.error) {
      Context words = context;
      words.json = false;  // the one document comes at the end
      report(words, *item.error);
    } else if (!context.json && request.output != "-") {
      context.out << item.path << '\n';
    }
  }
  if (context.json)
    context.out << document.dump(-1, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  if (ids.empty()) context.err << "Nothing to export.\n";
  return code;
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
      ->add_option(
          "--format", request->format,
          "html: one self-contained file a page; picture: of the whole page; thumbnail: of its window; "
          "markdown, text: what there is to read; netscape, jsonl: the links as one list")
      ->required()
      ->check(CLI::IsMember({"html", "picture", "thumbnail", "markdown", "text", "netscape", "jsonl"}));
  added->add_flag("--links", request->links, "With markdown or text: the links as one list, not their pages");
  added->add_option("-o,--output", request->output, "A file or a folder; - is standard output")
      ->required()
      ->type_name("PATH");
  added->add_flag("--force", request->force, "Overwrite files that are there");
}

}  // namespace keepleaf::cli
