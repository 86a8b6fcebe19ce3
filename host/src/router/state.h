// What a Router holds, and its answer to every request. Internal to the router module.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "protocol/codec.h"
#include "router/convert.h"
#include "router/fit.h"
#include "router/router.h"

namespace keepleaf::router {

using Reply = Result<protocol::ResponseBody>;

tl::unexpected<Error> no_such(const char* what, const Uuid& id);

struct Router::State {
  RouterOptions options;
  std::unique_ptr<library::Library> library;
  std::optional<Error> why_closed;
  // Assembled once, read in pieces of limits.read.
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

  // The library, opened if it is not.
  Result<library::Library*> open();
  // What nobody asks for (ends in the trash, traces of what was destroyed) is the worker's.
  void start_what_is_due();
  // Takes what was destroyed off the disk. At the command line until it is done; a browser's person waits for
  // a moment only, and the worker goes on. False: it goes on.
  bool wipe();
  void forget_what_was_read();
  void describe_library(protocol::HelloReply& reply);
  // Kept until its last piece was read. Pointers are good until the next request.
  Result<const library::Document*> document(const Uuid& id);
  Result<const library::Document*> picture(const Uuid& id, const std::string& kind);

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

  Reply answer(const protocol::Hello& request);
  Reply answer(const protocol::Ping&);
  Reply answer(const protocol::LibraryStats&);
  Reply answer(const protocol::LibrarySettings& request);
  Reply answer(const protocol::LibraryVerify& request);

  Reply answer(const protocol::LinkLookup& request);
  Reply answer(const protocol::LinkList& request);
  Reply answer(const protocol::LinkSearch& request);
  Reply answer(const protocol::LinkShow& request);
  Reply answer(const protocol::LinkAdd& request);
  Reply answer(const protocol::LinkEdit& request);
  Reply answer(const protocol::LinkTag& request);
  Reply answer(const protocol::TagList& request);
  Reply answer(const protocol::TagRename& request);
  Reply answer(const protocol::TagMerge& request);
  Reply answer(const protocol::TagMove& request);

  Reply answer(const protocol::ItemRemove& request);
  Reply answer(const protocol::ItemRestore& request);
  Reply answer(const protocol::TrashList& request);
  Reply answer(const protocol::TrashEmpty& request);

  Reply answer(const protocol::SnapshotShow& request);
  Reply answer(const protocol::SnapshotRead& request);
  Reply answer(const protocol::SnapshotMeasured& request);
  Reply answer(const protocol::SnapshotPictured& request);
  Reply answer(const protocol::SnapshotPicture& request);

  Reply answer(const protocol::JobShow& request);
  Reply answer(const protocol::JobList& request);
  Reply answer(const protocol::JobRetry& request);
  Reply answer(const protocol::JobRetryFailed&);
  Reply answer(const protocol::JobCancel& request);
  Reply answer(const protocol::JobCancelAll&);

  Reply answer(const protocol::ScheduleList& request);
  Reply answer(const protocol::ScheduleSet& request);
  Reply answer(const protocol::ScheduleClear& request);
  Reply answer(const protocol::ScheduleRun& request);

  // Captures are a conversation; whoever holds it (wire) feeds captures() and does not come here.
  static Reply of_a_capture() {
    return fail(ErrorCode::bad_request, "captures are taken by the native port only");
  }
  Reply answer(const protocol::CaptureBegin&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureHave&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureChunk&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureEndUpload&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureParts&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureCommit&) { return of_a_capture(); }
  Reply answer(const protocol::CaptureAbort&) { return of_a_capture(); }
};

}  // namespace keepleaf::router
