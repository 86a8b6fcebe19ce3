// Library: its own settings, and what is due without anybody asking.
#include <charconv>
#include <string>
#include <utility>

#include "library/indexing.h"
#include "library/state.h"
#include "library/tending.h"
#include "library/turns.h"

namespace keepleaf::library {
namespace {

constexpr const char* kTrashDays = "trash_days";
constexpr std::uint32_t kMostTrashDays = 36'500;
constexpr std::uint32_t kEndedAtOnce = 100;

// True: the index is done.
Result<bool> forget_removed_words(Core& core, const Library::KeepGoing& keep_going) {
  for (;;) {
    KL_ASSIGN(const bool more, core.act("clear removed words out of the index",
                                        [&](const store::Moment&) { return core.index->forget_removed(); }));
    if (!more) return true;
    if (!keep_going()) return false;
  }
}

Result<bool> rebuild(Core& core, const Library::KeepGoing& keep_going) {
  while (core.index->needs_rebuild()) {
    KL_ASSIGN(const bool complete, rebuild_some(core));
    if (!complete && !keep_going()) return false;
  }
  return true;
}

Result<bool> wipe(Core& core, const Library::KeepGoing& keep_going) {
  KL_ASSIGN(const bool due,
            store::guard("look for what was destroyed", [&] { return core.wiper.due(core.clock.now()); }));
  if (!due) return true;
  KL_ASSIGN(const std::int64_t mark,
            store::guard("look for what was destroyed", [&] { return core.wiper.wanted(); }));
  KL_ASSIGN(const auto objects, core.wiper.wipe_objects(core.clock.now(), keep_going));
  if (objects == store::Wiping::stopped) return false;
  KL_TRY(core.wiper.wipe_staging(core.staging()));
  if (mark > 0) {
    KL_ASSIGN(const bool forgotten, forget_removed_words(core, keep_going));
    if (!forgotten) return false;
  }
  KL_TRY(core.wiper.wiped_all_but_the_log(mark));
  return core.wiper.wipe_log();
}

}  // namespace

Result<LibrarySettings> read_settings(Core& core) {
  LibrarySettings settings;
  const auto days = core.settings.get(kTrashDays);
  if (!days) return settings;
  const auto read = std::from_chars(days->data(), days->data() + days->size(), settings.trash_days);
  if (read.ec != std::errc{} || read.ptr != days->data() + days->size())
    return fail(ErrorCode::corrupt, "The library's setting trash_days is not a number.",
                "Nothing was changed.", "Set it again: keepleaf config set trash_days 30");
  return settings;
}

Result<LibrarySettings> Library::settings() const {
  Core& core = *state_->core;
  return core.view("read the library's settings", [&] { return read_settings(core); });
}

Result<LibrarySettings> Library::configure(const LibrarySettingsChange& change) {
  Core& core = *state_->core;
  if (change.trash_days && *change.trash_days > kMostTrashDays) {
    return fail(ErrorCode::bad_request,
                "trash_days can be 0 (never) to " + std::to_string(kMostTrashDays) + " days.",
                "Nothing was changed.");
  }
  return core.act("change the library's settings", [&](const store::Moment&) -> Result<LibrarySettings> {
    if (change.trash_days) core.settings.set(kTrashDays, std::to_string(*change.trash_days));
    return read_settings(core);
  });
}

Result<std::optional<UnixMs>> Library::next_tending() const {
  Core& core = *state_->core;
  if (!core.changes) return std::optional<UnixMs>();
  return core.view("look for what is due", [&]() -> Result<std::optional<UnixMs>> {
    KL_TRY(core.index->look_again());
    if (core.index->needs_rebuild() || core.wiper.due(core.clock.now())) return std::optional<UnixMs>(0);
    KL_ASSIGN(const LibrarySettings settings, read_settings(core));
    if (settings.trash_days == 0) return std::optional<UnixMs>();
    auto next = core.trash.oldest();
    if (next) *next += settings.trash_days * kDayMs;
    return next;
  });
}

Result<bool> Library::tend(const KeepGoing& asked) {
  Core& core = *state_->core;
  KL_TRY(core.writable());
  Turns turns;
  const KeepGoing keep_going = [&] {
    turns.rest();
    return !asked || asked();
  };
  for (;;) {
    KL_ASSIGN(const auto due, next_tending());
    if (!due || *due > core.clock.now()) return true;
    // First: what is destroyed leaves a whole index, and wiping merges it.
    KL_ASSIGN(const bool indexed, rebuild(core, keep_going));
    if (!indexed) return false;
    KL_ASSIGN(const Destroyed ended, end_trash(core, kEndedAtOnce));
    if (ended.links + ended.snapshots > 0) {
      if (!keep_going()) return false;
      continue;
    }
    KL_ASSIGN(const bool wiped, wipe(core, keep_going));
    if (!wiped) return false;
  }
}

}  // namespace keepleaf::library
