// What is answered about snapshots: their parts, their page and their pictures.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "protocol/codec.h"
#include "router/convert.h"
#include "router/fit.h"
#include "router/state.h"

namespace keepleaf::router {
namespace {

// A document is assembled in memory, as a whole.
constexpr std::size_t kLargestDocument = 256U << 20;

protocol::SnapshotShowReply parts_from(const library::Snapshot& snapshot, std::uint32_t first) {
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

Result<Bytes> piece_of(const Bytes& whole, std::uint64_t offset, const char* what) {
  if (offset > whole.size())
    return fail(ErrorCode::bad_request, std::string("the ") + what + " ends at " +
                                            std::to_string(whole.size()) + ", before offset " +
                                            std::to_string(offset));
  const std::size_t count = std::min<std::size_t>(protocol::kLimits.read, whole.size() - offset);
  const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(offset);
  return Bytes(begin, begin + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

Result<const library::Document*> Router::State::document(const Uuid& id) {
  if (assembled && assembled->snapshot == id) return &assembled->document;
  assembled.reset();
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(auto made, open_library->replay(id));
  if (made.bytes.size() > kLargestDocument)
    return fail(ErrorCode::too_large,
                "the page has " + std::to_string(made.bytes.size()) + " bytes, too many to show it here", {},
                "Open it from the command line: keepleaf open " + id.str());
  assembled = Assembled{id, std::move(made)};
  return &assembled->document;
}

Result<const library::Document*> Router::State::picture(const Uuid& id, const std::string& kind) {
  if (pictured && pictured->snapshot == id && pictured->kind == kind) return &pictured->document;
  pictured.reset();
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(auto found, open_library->picture(id, kind));
  if (!found) return fail(ErrorCode::not_found, "the snapshot " + id.str() + " has no picture of this kind");
  pictured = Pictured{id, kind, std::move(*found)};
  return &pictured->document;
}

Reply Router::State::answer(const protocol::SnapshotShow& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const auto snapshot, open_library->snapshot(request.id));
  if (!snapshot) return no_such("snapshot", request.id);
  return parts_from(*snapshot, request.after);
}

Reply Router::State::answer(const protocol::SnapshotRead& request) {
  KL_ASSIGN(const library::Document* const whole, document(request.id));
  const std::uint64_t size = whole->bytes.size();
  KL_ASSIGN(Bytes piece, piece_of(whole->bytes, request.offset, "page"));
  protocol::SnapshotReadReply reply{request.id, request.offset, size, whole->media_type, std::move(piece)};
  if (request.offset + reply.bytes.size() == size) assembled.reset();
  return reply;
}

Reply Router::State::answer(const protocol::SnapshotMeasured& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_TRY(open_library->measured(request.id, from_wire(request.fidelity)));
  return protocol::SnapshotMeasuredReply{request.id};
}

Reply Router::State::answer(const protocol::SnapshotPictured& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  pictured.reset();
  const protocol::PictureInfo& picture = request.picture;
  KL_TRY(open_library->pictured(request.id, {picture.kind, picture.media_type, picture.width, picture.height,
                                             picture.partial, picture.taken_at, request.bytes}));
  return protocol::SnapshotPicturedReply{request.id};
}

Reply Router::State::answer(const protocol::SnapshotPicture& request) {
  KL_ASSIGN(const library::Document* const whole, picture(request.id, request.kind));
  const std::uint64_t size = whole->bytes.size();
  KL_ASSIGN(Bytes piece, piece_of(whole->bytes, request.offset, "picture"));
  protocol::SnapshotPictureReply reply{request.id, request.kind,      request.offset,
                                       size,       whole->media_type, std::move(piece)};
  if (request.offset + reply.bytes.size() == size) pictured.reset();
  return reply;
}

}  // namespace keepleaf::router
