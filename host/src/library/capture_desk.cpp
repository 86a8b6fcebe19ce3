#include "library/capture_desk.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/os/file.h"
#include "library/capture_check.h"
#include "library/capture_commit.h"
#include "library/limits.h"

namespace keepleaf::library {
namespace {

// Left free whatever is expected: the database needs room for its own log.
constexpr std::uint64_t kReserve = 16ULL << 20;

capture::UploadState state_of(const store::StagedUpload& upload) {
  return {upload.number(), upload.received(), upload.durable(), upload.object()};
}

Error too_many_bytes(const char* what, const char* limit, std::uint64_t bytes) {
  return Error{ErrorCode::too_large,
               std::string("The ") + what + " has more than " + std::to_string(bytes) +
                   " bytes (limit: " + limit + ").",
               "What arrived before is kept.", "Leave this part out and say so in its status."};
}

}  // namespace

Result<CaptureDesk::Open*> CaptureDesk::open_capture(const capture::CaptureId& id) {
  const auto found = open_.find(id);
  if (found == open_.end()) {
    return fail(ErrorCode::not_found, "The capture " + id.str() + " is not under way here.",
                "What was staged is kept.", "Begin it (again).");
  }
  found->second.updated_at = core_.clock.now();
  return &found->second;
}

Result<std::optional<capture::Committed>> CaptureDesk::committed(const capture::CaptureId& id) {
  return core_.view("look for the capture", [&]() -> std::optional<capture::Committed> {
    const auto row = core_.snapshots.find(id);
    if (!row) return std::nullopt;
    return receipt_of(core_, *row);
  });
}

Result<capture::BeginOutcome> CaptureDesk::begin(const capture::CaptureId& id, const std::string& url,
                                                 std::uint64_t expected_bytes) {
  KL_TRY(core_.writable());
  capture::BeginOutcome outcome;
  KL_ASSIGN(outcome.committed, committed(id));
  if (outcome.committed) {
    outcome.state = capture::BeginState::committed;
    // A process that died between its commit and the end may have left the staged bytes.
    if (!open_.contains(id)) (void)store::remove_staged(core_.staging(), id);
    return outcome;
  }
  auto found = open_.find(id);
  if (found == open_.end()) {
    KL_ASSIGN(const auto identity, url::identify(url));
    if (expected_bytes > kLimits.capture) return fail(too_many_bytes("capture", "capture", kLimits.capture));
    const std::uint64_t free = os::free_bytes(core_.folder);
    if (expected_bytes > 0 && free > 0 && expected_bytes + kReserve > free) {
      return fail(ErrorCode::no_space,
                  "The capture may take " + std::to_string(expected_bytes) + " bytes; " +
                      std::to_string(free) + " are free in " + core_.folder.string() + ".",
                  "Nothing was stored.", "Free some disk space and try again.");
    }
    KL_ASSIGN(auto staged, store::StagedCapture::open(core_.staging(), id, identity.url, core_.compressor));
    Open fresh;
    fresh.leased = staged->resumed();  // by the process before this one; it may have asked
    fresh.staged = std::move(staged);
    fresh.updated_at = core_.clock.now();
    found = open_.emplace(id, std::move(fresh)).first;
    if (found->second.staged->resumed()) outcome.state = capture::BeginState::resumed;
  } else {
    outcome.state = capture::BeginState::resumed;
  }
  for (const auto& [number, upload] : found->second.staged->uploads())
    outcome.uploads.push_back(state_of(*upload));
  return outcome;
}

Result<std::vector<bool>> CaptureDesk::have(const capture::CaptureId& id,
                                            const std::vector<Sha256Digest>& digests) {
  KL_ASSIGN(Open * open, open_capture(id));
  if (digests.size() > kLimits.have_batch) {
    return fail(ErrorCode::too_large, "At most " + std::to_string(kLimits.have_batch) +
                                          " objects can be asked for at once (limit: have_batch).");
  }
  return store::guard("look for known objects", [&]() -> Result<std::vector<bool>> {
    std::vector<bool> known(digests.size());
    std::vector<std::int64_t> objects;
    const auto look = [&] {
      objects.clear();
      for (std::size_t i = 0; i < digests.size(); ++i) {
        const auto row = core_.objects.find(digests[i]);
        known[i] = row.has_value();
        if (row) objects.push_back(row->n);
      }
      return core_.database->data_version();
    };
    // Looking needs no lock; only a promise does.
    std::int64_t version = 0;
    {
      const store::ReadView view(*core_.database);
      version = look();
    }
    if (objects.empty()) return known;
    // A lease that is lost with the power costs a repetition (commit says `incomplete`), no data: so it need
    // not wait for the disk as a commit does.
    core_.database->sql().exec("PRAGMA synchronous = NORMAL");
    auto granted = store::guard("promise to keep known objects", [&] {
      store::Transaction transaction(*core_.database);
      // Another process may have collected one of them before the lock was ours.
      if (core_.database->data_version() != version) look();
      core_.leases.grant(id, objects, core_.clock.now());
      transaction.commit();
    });
    core_.database->sql().exec("PRAGMA synchronous = FULL");
    if (!granted) return fail(granted.error());
    open->leased = true;
    return known;
  });
}

Result<capture::UploadState> CaptureDesk::write(const capture::CaptureId& id, capture::UploadNumber upload,
                                                std::uint64_t offset, BytesView bytes) {
  KL_ASSIGN(Open * open, open_capture(id));
  if (offset > kLimits.part || bytes.size() > kLimits.part - offset)
    return fail(too_many_bytes("part", "part", kLimits.part));
  const auto& uploads = open->staged->uploads();
  const auto known = uploads.find(upload);
  const std::uint64_t before = known == uploads.end() ? 0 : known->second->received();
  const std::uint64_t end = offset + bytes.size();
  if (end > before && open->staged->received() + (end - before) > kLimits.capture)
    return fail(too_many_bytes("capture", "capture", kLimits.capture));
  KL_ASSIGN(const store::StagedUpload* staged, open->staged->write(upload, offset, bytes));
  return state_of(*staged);
}

Result<std::vector<capture::UploadState>> CaptureDesk::sync(const capture::CaptureId& id) {
  KL_ASSIGN(Open * open, open_capture(id));
  KL_TRY(open->staged->sync());
  std::vector<capture::UploadState> states;
  for (const auto& [number, upload] : open->staged->uploads())
    if (!upload->object()) states.push_back(state_of(*upload));
  return states;
}

Result<capture::UploadState> CaptureDesk::end_upload(const capture::CaptureId& id,
                                                     capture::UploadNumber upload, std::uint64_t size,
                                                     const std::optional<Sha256Digest>& object) {
  KL_ASSIGN(Open * open, open_capture(id));
  KL_ASSIGN(const store::StagedUpload* staged, open->staged->finish(upload, size, object));
  return state_of(*staged);
}

Result<std::uint32_t> CaptureDesk::add_parts(const capture::CaptureId& id, std::vector<capture::Part> parts) {
  KL_ASSIGN(Open * open, open_capture(id));
  // All or none: a sender that corrects one part sends the batch again.
  for (capture::Part& part : parts) {
    KL_ASSIGN(part, check_part(std::move(part)));
  }
  for (capture::Part& part : parts) {
    const std::uint32_t n = part.n;
    open->parts.insert_or_assign(n, std::move(part));
  }
  return static_cast<std::uint32_t>(open->parts.size());
}

Result<capture::Committed> CaptureDesk::commit(const capture::CaptureId& id, const capture::Page& page,
                                               std::uint32_t part_count) {
  const auto found = open_.find(id);
  if (found == open_.end()) {
    KL_TRY(core_.writable());
    KL_ASSIGN(const auto before, committed(id));
    if (before) return *before;
    return fail(open_capture(id).error());
  }
  Open& open = found->second;
  KL_ASSIGN(const CheckedPage checked, check_page(page));
  KL_TRY(check_parts(open.parts, part_count));
  CaptureCommit commit(core_, id, checked, open.parts, *open.staged, open.leased, keep_);
  KL_ASSIGN(const capture::Committed result, commit.run());
  // What can't be removed now is removed when it is begun again, or by garbage collection.
  (void)open.staged->remove();
  open_.erase(found);
  return result;
}

Status CaptureDesk::abort(const capture::CaptureId& id) {
  const auto found = open_.find(id);
  if (found != open_.end()) {
    const auto removed = found->second.staged->remove();
    open_.erase(found);
    KL_TRY(removed);
  } else {
    KL_TRY(core_.writable());
    KL_TRY(store::remove_staged(core_.staging(), id));
  }
  return store::guard("release what the capture held", [&] {
    store::Transaction transaction(*core_.database);
    core_.leases.release(id);
    transaction.commit();
  });
}

std::vector<StagedCapture> CaptureDesk::staged() const {
  std::vector<StagedCapture> list;
  for (const auto& brief : store::list_staging(core_.staging()))
    if (!open_.contains(brief.id)) list.push_back({brief.id, brief.url, brief.bytes, brief.updated_at});
  for (const auto& [id, open] : open_)
    list.push_back({id, open.staged->url(), open.staged->received(), open.updated_at});
  std::sort(list.begin(), list.end(), [](const StagedCapture& a, const StagedCapture& b) {
    return std::tie(a.updated_at, a.id) > std::tie(b.updated_at, b.id);
  });
  return list;
}

}  // namespace keepleaf::library
