#include "router/router.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "library/job_state.h"
#include "library/period.h"
#include "protocol/codec.h"
#include "protocol/retry.h"
#include "router/convert.h"
#include "router/fit.h"

namespace keepleaf::router {
namespace {

using Reply = Result<protocol::ResponseBody>;

// A document is assembled once and read in pieces of limits.read.
constexpr std::size_t kLargestDocument = 256U << 20;
// How long a browser's request may take what was destroyed off the disk.
constexpr std::chrono::milliseconds kWipeHere{1'000};

tl::unexpected<Error> no_such(const char* what, const Uuid& id) {
  return fail(ErrorCode::not_found, std::string("there is no ") + what + " " + id.str());
}

std::uint64_t free_bytes_near(std::filesystem::path folder) {
  std::error_code error;
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  const auto space = std::filesystem::space(folder, error);
  return error ? 0 : space.available;
}

}  // namespace

struct Router::State {
  RouterOptions options;
  std::unique_ptr<library::Library> library;
  std::optional<Error> why_closed;
  struct Assembled {
    Uuid snapshot;
    library::Document document;
  };
  std::optional<Assembled> assembled;
  // Read in pieces as well; small enough to be let go with the last one.
  struct Pictured {
    Uuid snapshot;
    std::string kind;
    library::Document document;
  };
  std::optional<Pictured> pictured;

  Result<library::Library*> open() {
    if (library) return library.get();
    if (why_closed && protocol::retry_of(why_closed->code) != protocol::Retry::later)
      return fail(Error(*why_closed));
    auto opened = library::Library::open(options.library);
    if (!opened) {
      why_closed = opened.error();
      return fail(std::move(opened).error());
    }
    library = std::move(*opened);
    start_what_is_due();
    return library.get();
  }

  // What nobody asks for (ends in the trash, traces of what was destroyed) is the worker's.
  void start_what_is_due() {
    if (!options.on_work_due) return;
    const auto due = library->next_tending();
    if (due && *due && **due <= system_clock().now()) options.on_work_due();
  }

  // Takes what was destroyed off the disk. At the command line until it is done; a browser's person waits for
  // a moment only, and the worker goes on. False: it goes on.
  bool wipe() {
    const auto end = std::chrono::steady_clock::now() + kWipeHere;
    const auto wiped = options.door == Door::command_line
                           ? library->tend()
                           : library->tend([end] { return std::chrono::steady_clock::now() < end; });
    if (wiped && *wiped) return true;
    if (options.on_work_due) options.on_work_due();
    return false;
  }

  // Pages: what does not fit is left to the next page. The library makes the cursor, so it is asked again for
  // as many as fit; an item that fits nowhere is shortened.
  template <class WireReply, class Query, class Ask>
  Reply page(Query query, const Ask& ask) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(auto found, ask(*open_library, query));
    WireReply reply = to_wire(found);
    const std::size_t fitting = how_many_fit(reply.items, kReplyBudget);
    if (fitting == reply.items.size()) return reply;
    query.limit = static_cast<std::uint32_t>(std::max<std::size_t>(fitting, 1));
    KL_ASSIGN(found, ask(*open_library, query));
    reply = to_wire(found);
    if (fitting == 0 && !reply.items.empty()) make_fit(reply.items.front());
    return reply;
  }
  static void make_fit(protocol::LinkItem& item) { shorten(item, kReplyBudget); }
  static void make_fit(protocol::SearchHit& hit) {
    const std::size_t beside = protocol::encoded_size(hit) - protocol::encoded_size(hit.link);
    shorten(hit.link, kReplyBudget - std::min(beside, kReplyBudget));
  }
  static void make_fit(protocol::TrashEntry&) {}    // a URL and a title
  static void make_fit(protocol::TagCount&) {}      // 512 bytes and a number
  static void make_fit(protocol::JobInfo&) {}       // a URL and an error
  static void make_fit(protocol::ScheduleInfo&) {}  // a URL and a title, or a tag

  static Reply links(const std::vector<library::Link>& changed) {
    protocol::LinksReply reply = to_wire(changed);
    if (!reply.items.empty()) shorten(reply.items.front(), kReplyBudget);
    keep_what_fits(reply.items, kReplyBudget);
    return reply;
  }

  Reply job(Result<std::optional<library::Job>> job, const Uuid& id) {
    if (!job) return fail(std::move(job).error());
    if (!*job) return no_such("job", id);
    return protocol::JobReply{to_wire(**job)};
  }

  Result<const library::Document*> picture(const Uuid& id, const std::string& kind) {
    if (pictured && pictured->snapshot == id && pictured->kind == kind) return &pictured->document;
    pictured.reset();
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(auto found, open_library->picture(id, kind));
    if (!found)
      return fail(ErrorCode::not_found, "the snapshot " + id.str() + " has no picture of this kind");
    pictured = Pictured{id, kind, std::move(*found)};
    return &pictured->document;
  }

  Result<const library::Document*> document(const Uuid& id) {
    if (assembled && assembled->snapshot == id) return &assembled->document;
    assembled.reset();
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(auto made, open_library->replay(id));
    if (made.bytes.size() > kLargestDocument)
      return fail(ErrorCode::too_large,
                  "the page has " + std::to_string(made.bytes.size()) + " bytes, too many to show it here",
                  {}, "Open it from the command line: keepleaf open " + id.str());
    assembled = Assembled{id, std::move(made)};
    return &assembled->document;
  }

  Reply answer(const protocol::Hello& request) {
    const std::uint32_t highest = std::min(request.protocol_max, protocol::kProtocolMax);
    if (highest < request.protocol_min || highest < protocol::kProtocolMin)
      return fail(ErrorCode::unsupported_protocol,
                  "no common protocol version: " + std::to_string(request.protocol_min) + " to " +
                      std::to_string(request.protocol_max) + " there, " +
                      std::to_string(protocol::kProtocolMin) + " to " +
                      std::to_string(protocol::kProtocolMax) + " here",
                  {},
                  request.protocol_min > protocol::kProtocolMax ? "Update Keepleaf's program."
                                                                : "Update the extension.");
    protocol::HelloReply reply;
    reply.protocol = highest;
    reply.host_version = options.host_version;
    reply.host_os = options.host_os;
    reply.capabilities = protocol::host_capabilities();
    reply.limits = protocol::kLimits;
    describe_library(reply);
    return reply;
  }

  void describe_library(protocol::HelloReply& reply) {
    const auto opened = open();
    if (!opened) {
      reply.library.path = options.library.folder.string();
      reply.library.error = opened.error();
      reply.free_bytes = free_bytes_near(options.library.folder);
      return;
    }
    const library::LibraryFacts facts = (*opened)->facts();
    reply.library.id = facts.id;
    reply.library.path = facts.folder.string();
    reply.library.format = facts.format;
    reply.library.links = facts.links;
    reply.library.read_only = facts.read_only;
    reply.library.error = facts.read_only_reason;
    reply.free_bytes = facts.free_bytes;
    const auto staged = (*opened)->staged();
    if (!staged) {
      if (!reply.library.error) reply.library.error = staged.error();
      return;
    }
    for (const library::StagedCapture& capture : *staged) reply.pending.push_back(to_wire(capture));
    keep_what_fits(reply.pending, kReplyBudget / 2);
    // What was left undone when the machine went down, and what a schedule wants: a browser that comes back
    // is when to go on.
    if (!reply.library.read_only && options.on_work_due) {
      const auto due = (*opened)->work_is_due();
      if (due && *due) options.on_work_due();
    }
  }

  Reply answer(const protocol::Ping&) { return protocol::Pong{}; }

  Reply answer(const protocol::LinkLookup& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const library::Lookup found, open_library->lookup(request.url));
    protocol::LinkLookupReply reply = to_wire(found);
    if (reply.link) shorten(*reply.link, kReplyBudget / 2);
    // The canonical URL is as long as a URL may be.
    keep_what_fits(reply.possible_duplicates, kReplyBudget / 4);
    return reply;
  }
  Reply answer(const protocol::LinkList& request) {
    return page<protocol::LinkListReply>(library::ListQuery{request.limit, request.after, request.trashed},
                                         [](const auto& lib, const auto& query) { return lib.list(query); });
  }
  Reply answer(const protocol::LinkSearch& request) {
    Reply reply =
        page<protocol::LinkSearchReply>(library::SearchQuery{request.query, request.limit, request.after},
                                        [](const auto& lib, const auto& query) { return lib.search(query); });
    if (reply) std::get<protocol::LinkSearchReply>(*reply).indexing = library->indexing();
    return reply;
  }
  Reply answer(const protocol::LinkShow& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const auto link, open_library->link(request.id));
    if (!link) return no_such("link", request.id);
    KL_ASSIGN(const auto care, open_library->care_of(request.id));
    protocol::LinkShowReply reply = to_wire_with_all_snapshots(*link, care);
    shorten(reply.link, kReplyBudget / 2);
    keep_what_fits(reply.snapshots, kReplyBudget / 2);
    return reply;
  }
  Reply answer(const protocol::LinkAdd& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    library::NewLink link{request.url, request.title,     request.note, request.tags, request.engine,
                          {},          request.created_at};
    if (options.door == Door::command_line) link.allowed_hosts = request.allowed_hosts;
    KL_ASSIGN(const library::AddedLink added, open_library->add(link));
    if (options.on_work_due) options.on_work_due();
    return to_wire(added);
  }
  Reply answer(const protocol::LinkEdit& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const library::Link link, open_library->edit(request.id, {request.title, request.note}));
    return links({link});
  }
  Reply answer(const protocol::LinkTag& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const auto changed, open_library->retag(request.ids, request.add, request.remove));
    return links(changed);
  }
  Reply answer(const protocol::ItemRemove& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    forget_what_was_read();
    if (!request.destroy) {
      KL_ASSIGN(auto ids, open_library->remove(request.ids));
      return protocol::ItemsReply{std::move(ids)};
    }
    KL_ASSIGN(auto ids, open_library->destroy(request.ids));
    wipe();
    return protocol::ItemsReply{std::move(ids)};
  }
  Reply answer(const protocol::ItemRestore& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(auto ids, open_library->restore(request.ids));
    return protocol::ItemsReply{std::move(ids)};
  }
  Reply answer(const protocol::TrashList& request) {
    return page<protocol::TrashListReply>(
        library::TrashQuery{request.limit, request.after},
        [](const auto& lib, const auto& query) { return lib.trash(query); });
  }
  Reply answer(const protocol::TrashEmpty& request) {
    if (request.all != request.ids.empty())
      return fail(ErrorCode::bad_request, "either ids are named, or all is true", "nothing was changed");
    KL_ASSIGN(library::Library* const open_library, open());
    forget_what_was_read();
    KL_ASSIGN(const library::Destroyed destroyed,
              open_library->empty_trash(request.all ? std::nullopt : std::optional(request.ids)));
    return protocol::TrashEmptyReply{destroyed.links, destroyed.snapshots, wipe()};
  }
  void forget_what_was_read() {
    assembled.reset();
    pictured.reset();
  }

  Reply answer(const protocol::TagList& request) {
    return page<protocol::TagListReply>(library::TagQuery{request.prefix, request.limit, request.after},
                                        [](const auto& lib, const auto& query) { return lib.tags(query); });
  }
  Reply tag_change(Result<library::TagChange> change) {
    if (!change) return fail(std::move(change).error());
    return to_wire(*change);
  }
  Reply answer(const protocol::TagRename& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    return tag_change(open_library->rename_tag(request.from, request.to));
  }
  Reply answer(const protocol::TagMerge& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    return tag_change(open_library->merge_tag(request.from, request.to));
  }
  Reply answer(const protocol::TagMove& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    return tag_change(open_library->move_tag(request.from, request.to));
  }

  Reply answer(const protocol::SnapshotShow& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const auto snapshot, open_library->snapshot(request.id));
    if (!snapshot) return no_such("snapshot", request.id);
    return parts_from(*snapshot, request.after);
  }
  static protocol::SnapshotShowReply parts_from(const library::Snapshot& snapshot, std::uint32_t first) {
    library::Snapshot head = snapshot;
    head.parts.clear();
    protocol::SnapshotShowReply reply = to_wire(head);
    // The way to the page is told with its first parts, as far as a quarter of the reply holds it.
    if (first > 0) reply.redirects.clear();
    if (first > 0) reply.fidelity.reset();
    if (first > 0) reply.pictures.clear();
    keep_what_fits(reply.redirects, kReplyBudget / 4);
    std::size_t used = protocol::encode_body(reply).size();
    bool any = false;
    for (const library::SnapshotPart& part : snapshot.parts) {
      if (part.n < first) continue;
      protocol::ResourceInfo wire = to_wire(part);
      used += protocol::encoded_size(wire) + 1;
      if (any && used > kReplyBudget) {
        reply.next = part.n;
        break;
      }
      any = true;
      (part.object ? reply.resources : reply.missing).push_back(std::move(wire));
    }
    return reply;
  }
  Reply answer(const protocol::SnapshotRead& request) {
    KL_ASSIGN(const library::Document* const whole, document(request.id));
    const std::uint64_t size = whole->bytes.size();
    KL_ASSIGN(Bytes piece, piece_of(whole->bytes, request.offset, "page"));
    protocol::SnapshotReadReply reply{request.id, request.offset, size, whole->media_type, std::move(piece)};
    if (request.offset + reply.bytes.size() == size) assembled.reset();
    return reply;
  }
  static Result<Bytes> piece_of(const Bytes& whole, std::uint64_t offset, const char* what) {
    if (offset > whole.size())
      return fail(ErrorCode::bad_request, std::string("the ") + what + " ends at " +
                                              std::to_string(whole.size()) + ", before offset " +
                                              std::to_string(offset));
    const std::size_t count = std::min<std::size_t>(protocol::kLimits.read, whole.size() - offset);
    const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(offset);
    return Bytes(begin, begin + static_cast<std::ptrdiff_t>(count));
  }

  Reply answer(const protocol::SnapshotMeasured& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_TRY(open_library->measured(request.id, from_wire(request.fidelity)));
    return protocol::SnapshotMeasuredReply{request.id};
  }

  Reply answer(const protocol::SnapshotPictured& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    pictured.reset();
    const protocol::PictureInfo& picture = request.picture;
    KL_TRY(
        open_library->pictured(request.id, {picture.kind, picture.media_type, picture.width, picture.height,
                                            picture.partial, picture.taken_at, request.bytes}));
    return protocol::SnapshotPicturedReply{request.id};
  }
  Reply answer(const protocol::SnapshotPicture& request) {
    KL_ASSIGN(const library::Document* const whole, picture(request.id, request.kind));
    const std::uint64_t size = whole->bytes.size();
    KL_ASSIGN(Bytes piece, piece_of(whole->bytes, request.offset, "picture"));
    protocol::SnapshotPictureReply reply{request.id, request.kind,      request.offset,
                                         size,       whole->media_type, std::move(piece)};
    if (request.offset + reply.bytes.size() == size) pictured.reset();
    return reply;
  }

  Reply answer(const protocol::JobShow& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    return job(open_library->job(request.id), request.id);
  }
  Reply answer(const protocol::JobList& request) {
    library::JobQuery query{request.limit, request.after, std::nullopt};
    if (!request.state.empty()) {
      query.state = library::job_state_from_name(request.state);
      if (!query.state)
        return fail(ErrorCode::bad_request, "a job's state is queued, running, done, failed or cancelled");
    }
    KL_ASSIGN(auto listed, page<protocol::JobListReply>(
                               query, [](const auto& lib, const auto& asked) { return lib.jobs(asked); }));
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const auto counts, open_library->job_counts());
    std::get<protocol::JobListReply>(listed).counts = to_wire(counts);
    return listed;
  }
  Reply answer(const protocol::JobRetry& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const library::Job queued, open_library->retry_job(request.id));
    if (options.on_work_due) options.on_work_due();
    return protocol::JobReply{to_wire(queued)};
  }
  Reply answer(const protocol::JobCancelAll&) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const std::uint32_t jobs, open_library->cancel_all_jobs());
    return protocol::JobsReply{jobs};
  }
  Reply answer(const protocol::JobRetryFailed&) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const std::uint32_t jobs, open_library->retry_failed_jobs());
    if (jobs > 0 && options.on_work_due) options.on_work_due();
    return protocol::JobsReply{jobs};
  }

  Reply answer(const protocol::ScheduleList& request) {
    return page<protocol::ScheduleListReply>(
        library::ListQuery{request.limit, request.after, false},
        [](const auto& lib, const auto& query) { return lib.schedules(query); });
  }
  // One of the two says what a schedule is of.
  static Status check_subject(const std::optional<Uuid>& link, const std::string& tag) {
    if (link.has_value() != tag.empty())
      return fail(ErrorCode::bad_request, "a schedule is of a link or of a tag: name one of them",
                  "Nothing was changed.");
    return {};
  }
  Reply answer(const protocol::ScheduleSet& request) {
    KL_TRY(check_subject(request.link_id, request.tag));
    KL_ASSIGN(const std::int64_t every, library::parse_period(request.every));
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const library::Schedule set, request.link_id
                                               ? open_library->schedule_link(*request.link_id, every)
                                               : open_library->schedule_tag(request.tag, every));
    return protocol::ScheduleSetReply{to_wire(set)};
  }
  Reply answer(const protocol::ScheduleClear& request) {
    KL_TRY(check_subject(request.link_id, request.tag));
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const bool cleared, request.link_id ? open_library->clear_schedule_of_link(*request.link_id)
                                                  : open_library->clear_schedule_of_tag(request.tag));
    return protocol::ScheduleClearReply{cleared};
  }
  Reply answer(const protocol::ScheduleRun& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const std::uint32_t jobs, open_library->queue_scheduled(request.all));
    if (options.on_work_due) options.on_work_due();
    return protocol::JobsReply{jobs};
  }

  Reply answer(const protocol::JobCancel& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const library::Job cancelled, open_library->cancel_job(request.id));
    return protocol::JobReply{to_wire(cancelled)};
  }

  Reply answer(const protocol::LibraryStats&) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const library::Stats stats, open_library->stats());
    return to_wire(stats);
  }
  Reply answer(const protocol::LibrarySettings& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const library::LibrarySettings settings,
              request.trash_days ? open_library->configure({request.trash_days}) : open_library->settings());
    return protocol::LibrarySettingsReply{settings.trash_days};
  }
  Reply answer(const protocol::LibraryVerify& request) {
    KL_ASSIGN(library::Library* const open_library, open());
    KL_ASSIGN(const library::Verification verification, open_library->verify(request.deep));
    protocol::LibraryVerifyReply reply = to_wire(verification);
    keep_what_fits(reply.findings, kReplyBudget);
    return reply;
  }

  // Captures are a conversation; whoever holds it (wire) feeds captures() and does not come here.
  Reply of_a_capture() { return fail(ErrorCode::bad_request, "captures are taken by the native port only"); }
  Reply answer(const protocol::CaptureBegin&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureHave&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureChunk&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureEndUpload&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureParts&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureCommit&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureAbort&) { return of_a_capture(); }
};

Router::Router(RouterOptions options) : Router(std::move(options), nullptr) {}

Router::Router(RouterOptions options, std::unique_ptr<library::Library> library)
    : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
  state_->library = std::move(library);
}

Router::~Router() = default;

Result<protocol::ResponseBody> Router::handle(const protocol::RequestBody& body) {
  return std::visit([this](const auto& request) { return state_->answer(request); }, body);
}

Result<capture::CaptureSink*> Router::captures() {
  state_->forget_what_was_read();  // memory belongs to the capture now
  KL_ASSIGN(library::Library* const library, state_->open());
  return &library->captures();
}

}  // namespace keepleaf::router
