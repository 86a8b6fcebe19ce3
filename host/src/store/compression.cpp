#include "store/compression.h"

#include <zstd.h>

#include <new>
#include <string>

namespace keepleaf::store {
namespace {

constexpr int kLevel = 3;
constexpr int kMaxWindowLog = 27;  // 128 MiB: the most that a reader should have to keep

Error damaged(std::size_t code) {
  return Error{ErrorCode::corrupt,
               std::string("Stored bytes can't be unpacked: ") + ZSTD_getErrorName(code) + "."};
}

ZSTD_CCtx* as_compressor(void* context) { return static_cast<ZSTD_CCtx*>(context); }
ZSTD_DCtx* as_decompressor(void* context) { return static_cast<ZSTD_DCtx*>(context); }

}  // namespace

void Compressor::Free::operator()(void* context) const { ZSTD_freeCCtx(as_compressor(context)); }
void Decompressor::Free::operator()(void* context) const { ZSTD_freeDCtx(as_decompressor(context)); }

Compressor::Compressor() : context_(ZSTD_createCCtx()) {
  if (!context_) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(as_compressor(context_.get()), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(as_compressor(context_.get()), ZSTD_c_checksumFlag, 1);
}

BytesView Compressor::frame(BytesView raw) {
  const std::size_t bound = ZSTD_compressBound(raw.size());
  if (out_.size() < bound) out_.resize(bound);
  const std::size_t size =
      ZSTD_compress2(as_compressor(context_.get()), out_.data(), out_.size(), raw.data(), raw.size());
  if (ZSTD_isError(size) != 0) throw std::bad_alloc();  // the buffer is large enough: nothing else can fail
  return {out_.data(), size};
}

Decompressor::Decompressor() : context_(ZSTD_createDCtx()), out_(ZSTD_DStreamOutSize()) {
  if (!context_) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(as_decompressor(context_.get()), ZSTD_d_windowLogMax, kMaxWindowLog);
}

Status Decompressor::begin(BytesView prefix) {
  ZSTD_DCtx_reset(as_decompressor(context_.get()), ZSTD_reset_session_only);
  at_frame_end_ = true;
  const std::size_t code = ZSTD_DCtx_refPrefix(as_decompressor(context_.get()), prefix.data(), prefix.size());
  if (ZSTD_isError(code) != 0) return fail(damaged(code));
  return {};
}

Status Decompressor::feed(BytesView stored, const Take& take) {
  ZSTD_inBuffer in{stored.data(), stored.size(), 0};
  bool more = true;
  while (in.pos < in.size || more) {
    ZSTD_outBuffer out{out_.data(), out_.size(), 0};
    const std::size_t left = ZSTD_decompressStream(as_decompressor(context_.get()), &out, &in);
    if (ZSTD_isError(left) != 0) return fail(damaged(left));
    if (in.size > 0) at_frame_end_ = left == 0;
    if (out.pos > 0) KL_TRY(take({out_.data(), out.pos}));
    more = out.pos == out.size && left != 0;  // a full buffer may hide more of what was already read
  }
  return {};
}

Result<Bytes> decompress(BytesView stored, std::uint64_t size, BytesView prefix) {
  Bytes raw;
  raw.reserve(size);
  Decompressor decompressor;
  KL_TRY(decompressor.begin(prefix));
  KL_TRY(decompressor.feed(stored, [&](BytesView piece) -> Status {
    if (piece.size() > size - raw.size())
      return fail(ErrorCode::corrupt, "Stored bytes unpack to more than their recorded size.");
    raw.insert(raw.end(), piece.begin(), piece.end());
    return {};
  }));
  if (!decompressor.at_frame_end() || raw.size() != size)
    return fail(ErrorCode::corrupt, "Stored bytes unpack to less than their recorded size.");
  return raw;
}

std::optional<FrameSize> frame_size(BytesView bytes) {
  const std::size_t stored = ZSTD_findFrameCompressedSize(bytes.data(), bytes.size());
  if (ZSTD_isError(stored) != 0) return std::nullopt;
  const unsigned long long raw = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (raw == ZSTD_CONTENTSIZE_UNKNOWN || raw == ZSTD_CONTENTSIZE_ERROR || raw > kFrameBytes)
    return std::nullopt;
  return FrameSize{stored, static_cast<std::size_t>(raw)};
}

std::size_t max_stored_frame() { return ZSTD_compressBound(kFrameBytes); }

}  // namespace keepleaf::store
