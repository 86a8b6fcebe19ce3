#include "acquire/object_writer.h"

#include <algorithm>
#include <optional>

namespace keepleaf::acquire {
namespace {
constexpr std::size_t kPiece =
    384U << 10;  // as on the wire, so that a sink sees the same sizes from every producer
}

Result<Sha256Digest> ObjectWriter::put(BytesView bytes) {
  const Sha256Digest digest = sha256(bytes);
  KL_ASSIGN(const std::vector<bool> known, sink_.have(id_, {digest}));
  if (!known.empty() && known.front()) return digest;
  const capture::UploadNumber upload = open();
  KL_TRY(append(upload, 0, bytes));
  KL_ASSIGN(const capture::UploadState state, sink_.end_upload(id_, upload, bytes.size(), digest));
  (void)state;
  return digest;
}

Status ObjectWriter::append(capture::UploadNumber upload, std::uint64_t offset, BytesView bytes) {
  std::size_t at = 0;
  do {  // once even for no bytes: an upload exists from its first write on
    const std::size_t size = std::min(kPiece, bytes.size() - at);
    KL_TRY(sink_.write(id_, upload, offset + at, bytes.subspan(at, size)));
    at += size;
  } while (at < bytes.size());
  return {};
}

Result<Sha256Digest> ObjectWriter::close(capture::UploadNumber upload, std::uint64_t size) {
  KL_ASSIGN(const capture::UploadState state, sink_.end_upload(id_, upload, size, std::nullopt));
  if (!state.object) return fail(ErrorCode::internal, "An upload was ended and has no digest.");
  return *state.object;
}

}  // namespace keepleaf::acquire
