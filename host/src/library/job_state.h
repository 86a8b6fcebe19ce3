// The names of a job's states, as messages and people read them (docs/protocol.md "job.show").
#pragma once

#include <optional>
#include <string_view>

#include "library/types.h"

namespace keepleaf::library {

inline const char* job_state_name(JobState state) {
  switch (state) {
    case JobState::queued:
      return "queued";
    case JobState::running:
      return "running";
    case JobState::done:
      return "done";
    case JobState::failed:
      return "failed";
    case JobState::cancelled:
      return "cancelled";
  }
  return "failed";
}

inline std::optional<JobState> job_state_from_name(std::string_view name) {
  for (const JobState state :
       {JobState::queued, JobState::running, JobState::done, JobState::failed, JobState::cancelled})
    if (name == job_state_name(state)) return state;
  return std::nullopt;
}

}  // namespace keepleaf::library
