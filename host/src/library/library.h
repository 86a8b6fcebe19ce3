// Library: the façade over one library folder. Every door (port, command line, worker) acts through it; it
// owns the rule "one action, one transaction". It knows no transport.
//
// Threads: one Library per thread (each has its own database connection). Processes: any number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "capture/capture.h"
#include "capture/sink.h"
#include "library/import.h"
#include "library/types.h"
#include "page/exports/link_writers.h"
#include "page/object_source.h"

namespace keepleaf::library {

struct OpenOptions {
  std::filesystem::path folder;  // created (0700) when it does not exist
  std::filesystem::path state;   // the machine's state folder: device identity, clock
  const Clock* clock = nullptr;  // the system's when null; must outlive the library
  bool allow_read_only = false;  // open for reading when it cannot be written, instead of failing
};

class Library {
 public:
  // Errors: newer_format, corrupt, read_only, no_space, busy, io.
  static Result<std::unique_ptr<Library>> open(const OpenOptions& options);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  LibraryFacts facts() const;
  const std::filesystem::path& folder() const;

  // Where captures go. Lives as long as the library.
  capture::CaptureSink& captures();
  // The same for what a schedule looks at: a page that is as it was, or is not worth a version (docs/jobs.md,
  // "Looking again"), is noted as checked and not stored.
  capture::CaptureSink& checks();
  // Captures begun and neither committed nor aborted, newest first.
  Result<std::vector<StagedCapture>> staged() const;

  // ---- links
  Result<Lookup> lookup(const std::string& url) const;
  Result<Page<Link>> list(const ListQuery& query) const;
  Result<Page<Hit>> search(const SearchQuery& query) const;
  // Whether the index is being built again: until tend() has done that, a search finds only a part.
  bool indexing() const;
  Result<std::optional<Link>> link(const Uuid& id) const;   // with all its snapshots
  Result<AddedLink> add(const NewLink& link);               // and its job, in one transaction
  Result<Link> edit(const Uuid& id, const LinkEdit& edit);  // not_found
  Result<std::vector<Link>> retag(
      const std::vector<Uuid>& ids, const std::vector<std::string>& add,
      const std::vector<std::string>& remove);                     // not_found, bad_request, too_large
  Result<std::vector<Uuid>> remove(const std::vector<Uuid>& ids);  // links or snapshots, to the trash
  Result<std::vector<Uuid>> restore(const std::vector<Uuid>& ids);

  // ---- the trash (docs/store-format.md, "The trash")
  Result<Page<TrashItem>> trash(const TrashQuery& query) const;
  // Destroys for good; nothing: everything that is in the trash. One transaction makes it vanish; tend()
  // takes it off the disk. Errors: not_found, conflict (it is not in the trash); then nothing was changed.
  Result<Destroyed> empty_trash(const std::optional<std::vector<Uuid>>& ids);
  // The same for links or snapshots that need not be in the trash. Returns what is gone.
  Result<std::vector<Uuid>> destroy(const std::vector<Uuid>& ids);

  Result<LibrarySettings> settings() const;
  Result<LibrarySettings> configure(const LibrarySettingsChange& change);  // bad_request
  // Takes what a file of another program (or of ours) holds, and tells what it did; its errors stand in the
  // report. Links are filed, never visited; a link in the trash stays there.
  ImportReport import_file(const ImportRequest& request, const ImportProgress& progress);

  // Links as one list, in pieces of text; newest first, those in the trash left out unless they are named. Of
  // `ids` (links, or snapshots for theirs), or of the whole library. Errors: not_found, and what `take` gave.
  using TextTaker = std::function<Status(std::string_view text)>;
  Status write_links(page::LinkFormat format, const std::optional<std::vector<Uuid>>& ids,
                     const TextTaker& take) const;

  // ---- tags
  Result<Page<TagUse>> tags(const TagQuery& query) const;
  Result<TagChange> rename_tag(const std::string& from, const std::string& to);
  Result<TagChange> merge_tag(const std::string& from, const std::string& to);
  Result<TagChange> move_tag(const std::string& from, const std::string& to_parent);

  // ---- snapshots
  Result<std::optional<Snapshot>> snapshot(const Uuid& id) const;
  // Keeps how the snapshot compares with what was seen, in place of an earlier measure. Errors: not_found,
  // bad_request (a part that the snapshot does not have, an unknown method, …).
  Status measured(const Uuid& snapshot, const Fidelity& fidelity);
  // Keeps a picture of what was seen, in place of an earlier one of its kind. Errors: not_found, bad_request
  // (an unknown kind or type, bytes that are no such picture), too_large.
  Status pictured(const Uuid& snapshot, const NewPicture& picture);
  // None: there is no picture of that kind. Errors: not_found (the snapshot), corrupt.
  Result<std::optional<Document>> picture(const Uuid& snapshot, const std::string& kind) const;
  // The parts and bytes of a snapshot. Valid while the library lives. Errors: not_found.
  Result<std::unique_ptr<page::ObjectSource>> objects(const Uuid& snapshot) const;
  // The page as one self-contained document without scripts, as a file that opens anywhere (`export`,
  // `open`).
  Result<Document> document(const Uuid& snapshot) const;
  // Writes snapshots to `path`, which must not exist. A WARC or WACZ takes any number, the others one. After
  // an error the file may be there and is of no use. Errors: not_found, corrupt, too_large, bad_request,
  // no_space, io.
  Status export_archive(const std::vector<Uuid>& snapshots, ArchiveFormat format,
                        const std::filesystem::path& path) const;
  // The same as the library page shows it: big media are held back, and the frame around it carries the
  // policy.
  Result<Document> replay(const Uuid& snapshot) const;
  // What there is to read in it. Errors: not_found, corrupt, io.
  Result<Document> reading(const Uuid& snapshot, Reading form) const;

  // ---- jobs (docs/architecture.md "The worker")
  Result<std::optional<Job>> job(const Uuid& id) const;
  Result<Page<Job>> jobs(const JobQuery& query) const;
  Result<JobCounts> job_counts() const;
  Result<Job> cancel_job(const Uuid& id);     // not_found, conflict (it has ended)
  Result<Job> retry_job(const Uuid& id);      // not_found, conflict (it runs, or is done)
  Result<std::uint32_t> cancel_all_jobs();    // those that have not ended; returns how many
  Result<std::uint32_t> retry_failed_jobs();  // those that are the newest of their link
  // For the worker alone: take the next due job, and end it.
  // Neither for one of `not_hosts`.
  Result<std::optional<Job>> claim_job(const Uuid& owner, const std::vector<std::string>& not_hosts = {});
  Result<std::optional<UnixMs>> next_job_due(const std::vector<std::string>& not_hosts = {}) const;
  Status requeue_jobs_of_dead_workers(const Uuid& owner);
  Status job_progress(const Uuid& id, std::uint32_t per_mille);
  // Whether it still runs for `owner`: a person may have cancelled it, or queued it again.
  Result<bool> job_runs(const Uuid& id, const Uuid& owner) const;
  Status finish_job(const Uuid& id, const JobOutcome& outcome);

  // ---- schedules (docs/jobs.md, "Looking again")
  Result<Page<Schedule>> schedules(const ListQuery& query) const;
  // Sets or replaces. Errors: not_found, bad_request (an unfit period).
  Result<Schedule> schedule_link(const Uuid& link, std::int64_t every_ms);
  Result<Schedule> schedule_tag(const std::string& tag, std::int64_t every_ms);
  // False when there was none. Errors: not_found.
  Result<bool> clear_schedule_of_link(const Uuid& link);
  Result<bool> clear_schedule_of_tag(const std::string& tag);
  // How the link comes to be looked at, if it is, and what came of the last times (newest first).
  Result<LinkCare> care_of(const Uuid& link) const;
  // Queues a job for every link that is due, or for `all` that have a schedule; a link that has a job already
  // is left to that. Returns how many.
  Result<std::uint32_t> queue_scheduled(bool all);
  // Whether a job or a scheduled visit is due now.
  Result<bool> work_is_due() const;

  // ---- care
  // Does what is due without anybody asking: ends what was in the trash for its days, takes what was
  // destroyed off the disk, builds an old search index again. In short steps, between which other processes
  // write, and between which `keep_going` is asked. True: nothing is due any more. False: it was stopped, or
  // another process reads an old moment of the library.
  using KeepGoing = std::function<bool()>;
  Result<bool> tend(const KeepGoing& keep_going = {});
  // When tend() has something to do next, if ever; at once: a time that has passed.
  Result<std::optional<UnixMs>> next_tending() const;
  Result<Stats> stats() const;
  // Checks rows, digests and the text index; `deep` reads and hashes every object. Never changes anything.
  Result<Verification> verify(bool deep) const;

 private:
  struct State;
  explicit Library(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace keepleaf::library
