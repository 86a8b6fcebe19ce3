#include "store/staged_upload.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "base/hex.h"
#include "base/little_endian.h"

namespace keepleaf::store {
namespace {

constexpr std::size_t kPiece = 256U << 10;
constexpr std::size_t kMarkBlock = 4096;
constexpr std::size_t kMarkBytes = 16;  // offset, CRC-32C of what lies before, CRC-32C of these twelve bytes

}  // namespace

std::optional<StagedName> parse_staged_name(std::string_view name) {
  StagedName parsed;
  const std::size_t dot = name.find('.');
  if (dot == 0 || dot == std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(name.data(), name.data() + dot, parsed.number);
  if (error != std::errc{} || end != name.data() + dot || (dot > 1 && name[0] == '0')) return std::nullopt;
  std::string_view rest = name.substr(dot + 1);
  if (rest.size() > 65 && rest[64] == '.') {
    parsed.object = Sha256Digest::from_hex(rest.substr(0, 64));
    if (!parsed.object) return std::nullopt;
    rest.remove_prefix(65);
  }
  if (rest != "zst" && rest != "raw") return std::nullopt;
  parsed.raw = rest == "raw";
  return parsed;
}

StagedUpload::StagedUpload(std::filesystem::path folder, std::uint32_t number, Compressor& compressor)
    : folder_(std::move(folder)), number_(number), compressor_(&compressor) {}

std::filesystem::path StagedUpload::name() const {
  std::string name = std::to_string(number_);
  if (object_) name += "." + object_->hex();
  return folder_ / (name + (raw_ ? ".raw" : ".zst"));
}

std::filesystem::path StagedUpload::mark_name() const {
  return folder_ / (std::to_string(number_) + ".mark");
}

Status StagedUpload::write(std::uint64_t offset, BytesView bytes, const Prepare& may_spill) {
  const std::uint64_t next = received();
  if (offset > next) {
    return fail(ErrorCode::gap,
                "Bytes of upload " + std::to_string(number_) + " begin at " + std::to_string(offset) +
                    ", but " + std::to_string(next) + " is expected next.",
                "What arrived before is kept.", "Go on at " + std::to_string(next) + ".");
  }
  const std::uint64_t repeated = next - offset;
  if (bytes.size() <= repeated) return {};
  if (object_) {
    return fail(ErrorCode::conflict, "Upload " + std::to_string(number_) + " was ended with " +
                                         std::to_string(next) + " bytes; more came.");
  }
  bytes = bytes.subspan(repeated);
  while (!bytes.empty()) {
    // Full before anything is added: a flush that failed for want of space is tried again here.
    if (pending_.size() == kFrameBytes) KL_TRY(flush(may_spill, false));
    const BytesView piece = bytes.first(std::min(bytes.size(), kFrameBytes - pending_.size()));
    pending_.insert(pending_.end(), piece.begin(), piece.end());
    hash_.update(piece);
    bytes = bytes.subspan(piece.size());
  }
  return {};
}

BytesView StagedUpload::encode(BytesView raw) {
  if (decided_ && raw_) return raw;
  const BytesView frame = compressor_->frame(raw);
  if (!decided_) {
    decided_ = true;
    // Less than a thirtieth is not worth unpacking it at every reading.
    raw_ = frame.size() >= raw.size() - raw.size() / 32;
  }
  return raw_ ? raw : frame;
}

Status StagedUpload::put(BytesView stored, const Prepare& may_spill) {
  if (!file_) {
    KL_TRY(may_spill());
    KL_ASSIGN(auto file, os::File::open(name(), os::FileMode::create));
    KL_TRY(file.truncate(0));
    file_ = std::make_unique<os::File>(std::move(file));
  }
  // At a fixed offset: after a failure the same bytes go to the same place.
  KL_TRY(file_->write_at(stored_, stored));
  stored_ += stored.size();
  if (raw_) raw_crc_ = crc32c(stored, raw_crc_);
  return {};
}

Status StagedUpload::flush(const Prepare& may_spill, bool all) {
  if (!held_.empty()) {
    KL_TRY(put(held_, may_spill));
    held_ = Bytes();
  }
  if (pending_.empty() || (!all && pending_.size() < kFrameBytes)) return {};
  KL_TRY(put(encode(pending_), may_spill));
  framed_ += pending_.size();
  pending_.clear();
  return {};
}

Status StagedUpload::spill(const Prepare& may_spill) {
  KL_TRY(flush(may_spill, true));
  pending_ = Bytes();  // the memory too
  return {};
}

Status StagedUpload::sync(const Prepare& may_spill) {
  if (durable_ == received() && (file_ || received() == 0)) return {};
  KL_TRY(flush(may_spill, true));
  if (!file_) return {};
  auto synced = file_->sync_data();
  if (synced && raw_ && !object_) synced = write_mark();
  if (!synced) {
    (void)reset();
    Error error = synced.error();
    error.kept = "The bytes of this upload are lost; the others are kept.";
    error.next = "Send it again.";
    return fail(std::move(error));
  }
  durable_ = framed_;
  return {};
}

Status StagedUpload::write_mark() {
  std::array<std::uint8_t, kMarkBytes> mark{};
  put_number(std::span(mark).subspan(0, 8), stored_);
  put_number(std::span(mark).subspan(8, 4), raw_crc_);
  put_number(std::span(mark).subspan(12, 4), crc32c(BytesView(mark).first(12)));
  // Two places by turns, in blocks of their own: a torn write leaves the mark before it as it was.
  if (!mark_file_) {
    KL_ASSIGN(auto file, os::File::open(mark_name(), os::FileMode::create));
    mark_file_ = std::make_unique<os::File>(std::move(file));
  }
  KL_TRY(mark_file_->write_at(mark_turn_ ? kMarkBlock : 0, mark));
  mark_turn_ = !mark_turn_;
  return mark_file_->sync_data();
}

Status StagedUpload::finish(std::uint64_t size, const std::optional<Sha256Digest>& expected) {
  const auto mismatch = [&](const std::string& how) -> Status {
    KL_TRY(reset());
    return fail(ErrorCode::digest_mismatch, "Upload " + std::to_string(number_) + " " + how + ".",
                "The other uploads are kept.", "Send this upload again from the beginning.");
  };
  if (size != received()) {
    return mismatch("ended at " + std::to_string(size) + " bytes, but " + std::to_string(received()) +
                    " arrived");
  }
  if (object_) {
    if (expected && *expected != *object_)
      return mismatch("has another SHA-256 than it had when it ended before");
    return {};
  }
  const Sha256Digest digest = std::exchange(hash_, Sha256()).finish();
  if (expected && *expected != digest) return mismatch("does not have the SHA-256 that was announced");

  if (!file_) {
    const BytesView stored = encode(pending_);
    held_.assign(stored.begin(), stored.end());
  } else if (!pending_.empty()) {
    KL_TRY(put(encode(pending_), [] { return Status{}; }));
  }
  framed_ += pending_.size();
  pending_ = Bytes();
  if (!raw_ && stored_size() >= framed_ && framed_ > 0) {
    if (auto stored = store_unpacked(); !stored) {
      (void)reset();
      return stored;
    }
  }
  const auto before = name();
  object_ = digest;
  if (file_) {
    if (auto renamed = os::rename(before, name()); !renamed) {
      object_.reset();
      (void)reset();
      return renamed;
    }
    KL_TRY(os::remove_file(mark_name()));
  }
  return {};
}

// Frames that together don't shrink, although the first did: the bytes themselves are the better form.
Status StagedUpload::store_unpacked() {
  if (!file_) {
    KL_ASSIGN(Bytes bytes, decompress(held_, framed_));
    held_ = std::move(bytes);
    raw_ = true;
    return {};
  }
  const auto packed = name();
  auto target = std::filesystem::path(packed).replace_extension(".raw");
  KL_ASSIGN(auto file, os::File::open(target, os::FileMode::create));
  KL_TRY(file.truncate(0));
  std::uint64_t at = 0;
  const auto copied = each_raw_piece([&](BytesView piece) -> Status {
    KL_TRY(file.write_at(at, piece));
    at += piece.size();
    return {};
  });
  if (!copied) return copied;
  *file_ = std::move(file);
  raw_ = true;
  stored_ = at;
  durable_ = 0;
  return os::remove_file(packed);
}

Status StagedUpload::each_raw_piece(const std::function<Status(BytesView)>& take) const {
  Decompressor decompressor;
  KL_TRY(decompressor.begin());
  const auto unpacked = [&](BytesView piece) { return raw_ ? take(piece) : decompressor.feed(piece, take); };
  if (file_) {
    Bytes buffer(kPiece);
    for (std::uint64_t at = 0; at < stored_;) {
      const std::size_t wanted =
          static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), stored_ - at));
      KL_ASSIGN(const std::size_t got, file_->read_at(at, std::span(buffer).first(wanted)));
      if (got == 0) return fail(ErrorCode::corrupt, "A staged file became shorter: " + name().string() + ".");
      KL_TRY(unpacked({buffer.data(), got}));
      at += got;
    }
  }
  if (!held_.empty()) KL_TRY(unpacked(held_));
  return {};
}

Result<Bytes> StagedUpload::stored_bytes() const {
  if (!file_) return held_;
  Bytes bytes(stored_);
  KL_ASSIGN(const std::size_t got, file_->read_at(0, bytes));
  if (got != bytes.size())
    return fail(ErrorCode::corrupt, "A staged file became shorter: " + name().string() + ".");
  return bytes;
}

Result<Bytes> StagedUpload::read() const {
  Bytes raw;
  raw.reserve(framed_);
  Sha256 hash;
  KL_TRY(each_raw_piece([&](BytesView piece) -> Status {
    raw.insert(raw.end(), piece.begin(), piece.end());
    hash.update(piece);
    return {};
  }));
  if (object_ && hash.finish() != *object_)
    return fail(ErrorCode::corrupt, "A staged file changed by itself: " + name().string() + ".", "",
                "Check the disk, then send the capture again.");
  return raw;
}

Status StagedUpload::reset() {
  const bool on_disk = file_ != nullptr;
  const auto path = name();
  file_.reset();
  mark_file_.reset();
  mark_turn_ = false;
  hash_ = Sha256();
  pending_ = Bytes();
  held_ = Bytes();
  framed_ = stored_ = durable_ = 0;
  decided_ = raw_ = false;
  raw_crc_ = 0;
  object_.reset();
  if (!on_disk) return {};
  KL_TRY(os::remove_file(path));
  return os::remove_file(mark_name());
}

Result<std::unique_ptr<StagedUpload>> StagedUpload::recover(const std::filesystem::path& folder,
                                                            std::uint32_t number, Compressor& compressor) {
  auto upload = std::make_unique<StagedUpload>(folder, number, compressor);
  std::optional<StagedName> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const auto name = parse_staged_name(entry.path().filename().string());
    // An ended file wins over what may be left beside it, frames over a cut-off copy of them
    // (store_unpacked).
    if (name && name->number == number && (!found || name->object || (found->raw && !found->object)))
      found = name;
  }
  if (!found) return nullptr;
  upload->raw_ = found->raw;
  upload->object_ = found->object;
  upload->decided_ = true;
  KL_ASSIGN(auto file, os::File::open(upload->name(), os::FileMode::read_write));
  upload->file_ = std::make_unique<os::File>(std::move(file));
  KL_TRY(found->raw ? upload->recover_raw() : upload->recover_frames());

  bool usable = upload->framed_ > 0 || upload->object_;
  if (upload->object_) {
    KL_ASSIGN(const std::uint64_t size, upload->file_->size());
    usable = size == upload->stored_ && std::exchange(upload->hash_, Sha256()).finish() == *upload->object_;
  }
  if (!usable) {
    KL_TRY(upload->reset());
    return nullptr;
  }
  if (!upload->object_) KL_TRY(upload->file_->truncate(upload->stored_));
  KL_TRY(upload->file_->sync());
  upload->durable_ = upload->framed_;
  return upload;
}

Status StagedUpload::recover_frames() {
  KL_ASSIGN(const std::uint64_t size, file_->size());
  Bytes buffer(max_stored_frame());
  while (stored_ < size) {
    KL_ASSIGN(const std::size_t got, file_->read_at(stored_, buffer));
    const BytesView bytes(buffer.data(), got);
    const auto frame = frame_size(bytes);
    if (!frame) return {};  // torn here
    const auto raw = decompress(bytes.first(frame->stored), frame->raw);
    if (!raw) return {};
    hash_.update(*raw);
    stored_ += frame->stored;
    framed_ += raw->size();
  }
  return {};
}

Status StagedUpload::recover_raw() {
  KL_ASSIGN(const std::uint64_t size, file_->size());
  std::uint64_t end = size;
  std::optional<std::uint32_t> wanted_crc;
  if (!object_) {
    const auto marks = os::read_file(mark_name(), kMarkBlock + kMarkBytes);
    if (!marks) return {};
    end = 0;
    for (const std::size_t place : {std::size_t{0}, kMarkBlock}) {
      if (marks->size() < place + kMarkBytes) continue;
      const BytesView mark = BytesView(*marks).subspan(place, kMarkBytes);
      if (get_number(mark.subspan(12, 4)) != crc32c(mark.first(12)) || get_number(mark.first(8)) < end)
        continue;
      end = get_number(mark.first(8));
      wanted_crc = static_cast<std::uint32_t>(get_number(mark.subspan(8, 4)));
      mark_turn_ = place == 0;  // the next one goes to the other place
    }
    if (!wanted_crc) return {};
    if (end > size) return {};
  }
  Bytes buffer(kPiece);
  std::uint64_t at = 0;
  std::uint32_t crc = 0;
  Sha256 hash;
  while (at < end) {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end - at));
    KL_ASSIGN(const std::size_t got, file_->read_at(at, std::span(buffer).first(wanted)));
    if (got == 0) return {};
    crc = crc32c({buffer.data(), got}, crc);
    hash.update(BytesView(buffer.data(), got));
    at += got;
  }
  if (wanted_crc && *wanted_crc != crc) return {};
  hash_ = std::move(hash);
  raw_crc_ = crc;
  stored_ = framed_ = end;
  return {};
}

}  // namespace keepleaf::store
