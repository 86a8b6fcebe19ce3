#include "library/library.h"

#include <chrono>
#include <utility>

#include "base/os/file.h"
#include "library/indexing.h"
#include "library/state.h"
#include "library/turns.h"

namespace keepleaf::library {
namespace {

constexpr std::chrono::milliseconds kPatienceForTheIndex{500};
constexpr std::chrono::milliseconds kIndexBuiltWhenOpened{1'000};

// The folder as a library has it; only what is missing is made.
Status make_folders(const std::filesystem::path& folder) {
  KL_TRY(os::make_folder(folder));
  bool made = false;
  for (const char* name : {"objects", "staging"}) {
    std::error_code error;
    if (std::filesystem::is_directory(folder / name, error)) continue;
    KL_TRY(os::make_folder(folder / name));
    made = true;
  }
  if (!made) return {};
  // The folder's own entry too: a commit promises that everything on the way to its bytes survives.
  KL_TRY(os::sync_folder(folder));
  return folder.has_parent_path() ? os::sync_folder(folder.parent_path()) : Status{};
}

// Of a library of usual size, this is all of it.
Status rebuild_for_a_moment(Core& core) {
  const auto end = std::chrono::steady_clock::now() + kIndexBuiltWhenOpened;
  Turns turns;
  while (std::chrono::steady_clock::now() < end) {
    const auto complete = rebuild_some(core);
    if (!complete && complete.error().code != ErrorCode::busy) return fail(complete.error());
    if (!complete || *complete) break;
    turns.rest();
  }
  return {};
}

Result<std::unique_ptr<Core>> open_writable(const OpenOptions& options, const Clock& clock) {
  KL_TRY(make_folders(options.folder));
  KL_ASSIGN(auto database, store::Database::open(options.folder / "library.db", store::OpenMode::read_write));
  KL_ASSIGN(auto hybrid, store::HybridClock::open(options.state, clock));
  auto changes = std::make_unique<store::ChangeLog>(*database, std::move(hybrid), clock);
  auto core =
      std::make_unique<Core>(std::move(database), options.folder, clock, std::move(changes), std::nullopt);
  KL_ASSIGN(auto id,
            store::guard("read the library's id", [&] { return store::library_id(*core->database); }));
  if (!id) {
    KL_TRY(store::guard("give the library an id", [&] {
      store::Transaction transaction(*core->database);
      id = store::library_id(*core->database);  // another process may have been here first
      if (!id) {
        id = Uuid::v7(clock.now());
        store::set_library_id(*core->database, *id);
      }
      transaction.commit();
    }));
  }
  core->id = *id;
  // Nobody is kept waiting for the index: what can't be done about it now is left to tend().
  core->database->set_patience(kPatienceForTheIndex);
  KL_ASSIGN(core->index, index::Index::open(*core->database));
  if (core->index->needs_rebuild()) KL_TRY(rebuild_for_a_moment(*core));
  core->database->set_patience(store::kPatience);
  return core;
}

Result<std::unique_ptr<Core>> open_reading(const OpenOptions& options, const Clock& clock, Error reason) {
  KL_ASSIGN(auto database, store::Database::open(options.folder / "library.db", store::OpenMode::read_only));
  reason.code = ErrorCode::read_only;
  reason.kept = "The library can be read.";
  auto core = std::make_unique<Core>(std::move(database), options.folder, clock, nullptr, std::move(reason));
  KL_ASSIGN(const auto id,
            store::guard("read the library's id", [&] { return store::library_id(*core->database); }));
  core->id = id.value_or(Uuid{});
  KL_ASSIGN(core->index, index::Index::open(*core->database));
  return core;
}

}  // namespace

Library::Library(std::unique_ptr<State> state) : state_(std::move(state)) {}
Library::~Library() = default;

Result<std::unique_ptr<Library>> Library::open(const OpenOptions& options) {
  const Clock& clock = options.clock != nullptr ? *options.clock : system_clock();
  auto core = open_writable(options, clock);
  if (!core && options.allow_read_only &&
      (core.error().code == ErrorCode::read_only || core.error().code == ErrorCode::no_space)) {
    const Error reason = core.error();
    core = open_reading(options, clock, reason);
    if (!core && core.error().code == ErrorCode::not_found) return fail(reason);  // nothing there to read
  }
  if (!core) return fail(core.error());
  return std::unique_ptr<Library>(new Library(std::make_unique<State>(std::move(*core))));
}

LibraryFacts Library::facts() const {
  const Core& core = *state_->core;
  LibraryFacts facts;
  facts.id = core.id;
  facts.folder = core.folder;
  facts.format = store::kFormat;
  facts.links = store::guard("count the links", [&] { return state_->core->links.count(false); }).value_or(0);
  facts.read_only = !core.changes;
  facts.read_only_reason = core.read_only_reason;
  facts.free_bytes = os::free_bytes(core.folder);
  return facts;
}

const std::filesystem::path& Library::folder() const { return state_->core->folder; }

capture::CaptureSink& Library::captures() { return state_->desk; }

capture::CaptureSink& Library::checks() { return state_->check_desk; }

Result<std::vector<StagedCapture>> Library::staged() const { return state_->desk.staged(); }

}  // namespace keepleaf::library
