// The messages of the worker's jobs and of schedules, and what a link says of both (docs/protocol.md,
// "job.show" and the following). Included by messages.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/uuid.h"

namespace keepleaf::protocol {

// The newest job of a link that has not ended or that failed.
struct LinkJob {
  Uuid id;
  std::string state;
  std::uint32_t attempts = 0;
  std::uint32_t progress = 0;  // per mille
  std::optional<Error> error;
};
// How the page was when Keepleaf last looked by itself.
struct ConditionSign {
  std::string sign;
  std::string value;
};
struct Condition {
  std::string state;
  std::vector<ConditionSign> signs;
  std::string target;  // where it moved to; left out of the message when empty
  UnixMs since = 0;
  UnixMs checked_at = 0;
};
// What is looked at again: one link, or all links with a tag or one below it.
struct ScheduleInfo {
  std::optional<Uuid> link_id;
  std::string url;    // of the link; left out of the message when empty
  std::string title;  // of the link; left out of the message when empty
  std::string tag;    // left out for a link
  std::string every;  // "daily", "weekly", "monthly", "6h", "3d"
  std::uint64_t links = 0;
  std::optional<UnixMs> next_at;
};
struct JobInfo {
  Uuid id;
  std::string kind;
  std::string state;
  std::optional<Uuid> link_id;
  std::string url;
  std::uint32_t attempts = 0;
  std::uint32_t progress = 0;  // per mille
  std::optional<Uuid> snapshot_id;
  std::optional<Error> error;
  UnixMs created_at = 0;
  UnixMs updated_at = 0;
  std::optional<UnixMs> not_before{};  // of one that is queued
  std::string outcome{};               // of a check that is done; left out of the message when empty
};
struct JobShow {
  Uuid id;
};
struct JobCancel {
  Uuid id;
};
struct JobRetry {
  Uuid id;
};
struct JobCancelAll {};    // all that have not ended
struct JobRetryFailed {};  // all that failed and are the newest of their link
struct JobsReply {
  std::uint64_t jobs = 0;
};
struct JobReply {
  JobInfo job;
};
struct JobList {
  std::uint32_t limit = 50;
  std::string after;
  std::string state;  // empty: whatever it is
};
struct JobCounts {
  std::uint64_t queued = 0, running = 0, done = 0, failed = 0, cancelled = 0;
};
struct JobListReply {
  std::vector<JobInfo> items;
  std::optional<std::string> next;
  std::uint64_t total = 0;
  JobCounts counts{};  // of all jobs
};

struct ScheduleList {
  std::uint32_t limit = 50;
  std::string after;
};
struct ScheduleListReply {
  std::vector<ScheduleInfo> items;
  std::optional<std::string> next;
  std::uint64_t total = 0;
};
struct ScheduleSet {  // of a link or of a tag
  std::optional<Uuid> link_id;
  std::string tag;
  std::string every;
};
struct ScheduleSetReply {
  ScheduleInfo schedule;
};
struct ScheduleClear {
  std::optional<Uuid> link_id;
  std::string tag;
};
struct ScheduleClearReply {
  bool cleared = false;  // false: there was none
};
struct ScheduleRun {  // queues what is due, or everything that has a schedule
  bool all = false;
};

}  // namespace keepleaf::protocol
