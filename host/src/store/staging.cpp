#include "store/staging.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace keepleaf::store {
namespace {

// `capture`: a line that names the format, a line with the URL. Text, so that a person can read what lies
// there.
constexpr const char* kStateFile = "capture";
constexpr std::string_view kStateHeader = "keepleaf capture 1\n";
constexpr std::uint64_t kLargestState = 70U << 10;

std::string read_url(const std::filesystem::path& folder) {
  const auto bytes = os::read_file(folder / kStateFile, kLargestState);
  if (!bytes) return {};
  const std::string_view text = as_text(*bytes);
  if (!text.starts_with(kStateHeader) || !text.ends_with('\n')) return {};
  return std::string(text.substr(kStateHeader.size(), text.size() - kStateHeader.size() - 1));
}

Error taken(const std::filesystem::path& folder) {
  return Error{ErrorCode::busy, "Another process is taking the capture " + folder.filename().string() + ".",
               "What it has is kept.", "Try again when it has ended."};
}

// The lock on a capture's folder; nothing when there is no such folder.
Result<std::unique_ptr<os::File>> lock_folder(const std::filesystem::path& folder) {
  for (;;) {
    auto opened = os::File::open_folder(folder);
    if (!opened && opened.error().code == ErrorCode::not_found) return nullptr;
    if (!opened) return fail(opened.error());
    KL_ASSIGN(const bool ours, opened->try_lock());
    if (!ours) return fail(taken(folder));
    // Its holder may have removed it between our opening and locking: then it is no longer the one at that
    // path.
    if (opened->still_at_path()) return std::make_unique<os::File>(std::move(*opened));
  }
}

}  // namespace

StagedCapture::StagedCapture(std::filesystem::path staging, const Uuid& id, std::string url,
                             Compressor& compressor)
    : staging_(std::move(staging)),
      folder_(staging_ / id.str()),
      url_(std::move(url)),
      compressor_(compressor) {}

Result<std::unique_ptr<StagedCapture>> StagedCapture::open(const std::filesystem::path& staging,
                                                           const Uuid& id, std::string url,
                                                           Compressor& compressor) {
  std::unique_ptr<StagedCapture> capture(new StagedCapture(staging, id, std::move(url), compressor));
  KL_ASSIGN(capture->lock_, lock_folder(capture->folder_));
  if (capture->lock_) KL_TRY(capture->recover());
  return capture;
}

Status StagedCapture::recover() {
  resumed_ = true;
  std::set<std::uint32_t> numbers;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    const auto name = parse_staged_name(entry.path().filename().string());
    if (name) numbers.insert(name->number);
  }
  if (error) return fail(os::system_error(error.value(), "look into " + folder_.string()));
  for (const std::uint32_t number : numbers) {
    KL_ASSIGN(auto upload, StagedUpload::recover(folder_, number, compressor_));
    if (upload) uploads_.emplace(number, std::move(upload));
  }
  if (url_.empty()) url_ = read_url(folder_);
  KL_TRY(lock_->sync());
  return os::sync_folder(staging_);
}

Status StagedCapture::prepare_folder() {
  if (lock_) return {};
  KL_TRY(os::make_folder(folder_));
  KL_ASSIGN(lock_, lock_folder(folder_));
  if (!lock_) return fail(taken(folder_));  // whoever had it removed it just now
  const std::string state = std::string(kStateHeader) + url_ + "\n";
  KL_ASSIGN(auto file, os::File::open(folder_ / kStateFile, os::FileMode::create));
  KL_TRY(file.truncate(0));
  return file.write_at(0, as_bytes(state));
}

std::uint64_t StagedCapture::received() const {
  std::uint64_t sum = 0;
  for (const auto& [number, upload] : uploads_) sum += upload->received();
  return sum;
}

StagedUpload& StagedCapture::upload(std::uint32_t number) {
  auto& slot = uploads_[number];
  if (!slot) slot = std::make_unique<StagedUpload>(folder_, number, compressor_);
  return *slot;
}

Result<StagedUpload*> StagedCapture::write(std::uint32_t number, std::uint64_t offset, BytesView bytes) {
  const auto prepare = [this] { return prepare_folder(); };
  StagedUpload& target = upload(number);
  KL_TRY(target.write(offset, bytes, prepare));
  std::size_t buffered = 0;
  for (const auto& [n, one] : uploads_) buffered += one->buffered();
  if (buffered > kStagedInMemory)
    for (const auto& [n, one] : uploads_) KL_TRY(one->spill(prepare));
  return &target;
}

Status StagedCapture::sync() {
  const auto prepare = [this] { return prepare_folder(); };
  const bool was_on_disk = lock_ != nullptr;
  bool wrote = false;
  for (const auto& [number, one] : uploads_) {
    if (one->durable() == one->received() && !(one->object() && one->in_memory())) continue;
    KL_TRY(one->sync(prepare));
    wrote = true;
  }
  if (!wrote || !lock_) return {};
  KL_TRY(lock_->sync());
  return was_on_disk ? Status{} : os::sync_folder(staging_);
}

Result<StagedUpload*> StagedCapture::finish(std::uint32_t number, std::uint64_t size,
                                            const std::optional<Sha256Digest>& object) {
  StagedUpload& target = upload(number);
  KL_TRY(target.finish(size, object));
  return &target;
}

Status StagedCapture::spill(StagedUpload& one) {
  return one.spill([this] { return prepare_folder(); });
}

Status StagedCapture::remove() {
  uploads_.clear();
  if (!lock_) return {};
  KL_TRY(os::remove_tree(folder_));
  lock_.reset();
  return {};
}

std::vector<StagedBrief> list_staging(const std::filesystem::path& staging) {
  std::vector<StagedBrief> list;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(staging, error)) {
    const auto id = Uuid::parse(entry.path().filename().string());
    std::error_code ignored;
    if (!id || !entry.is_directory(ignored)) continue;
    StagedBrief brief{*id, read_url(entry.path()), 0, os::modified_at(entry.path())};
    for (const auto& file : std::filesystem::directory_iterator(entry.path(), ignored)) {
      if (!parse_staged_name(file.path().filename().string())) continue;
      std::error_code gone;
      const auto size = file.file_size(gone);
      if (!gone) brief.bytes += size;
      brief.updated_at = std::max(brief.updated_at, os::modified_at(file.path()));
    }
    list.push_back(std::move(brief));
  }
  std::sort(list.begin(), list.end(), [](const StagedBrief& a, const StagedBrief& b) {
    return std::tie(a.updated_at, a.id) > std::tie(b.updated_at, b.id);
  });
  return list;
}

std::uint64_t staging_bytes(const std::filesystem::path& staging) {
  std::uint64_t sum = 0;
  for (const StagedBrief& brief : list_staging(staging)) sum += brief.bytes;
  return sum;
}

Status remove_staged(const std::filesystem::path& staging, const Uuid& id) {
  KL_ASSIGN(const auto lock, lock_folder(staging / id.str()));
  return lock ? os::remove_tree(staging / id.str()) : Status{};
}

}  // namespace keepleaf::store
