// The names of a job's states, as messages and people read them (docs/protocol.md "job.show").
#pragma once

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

}  // namespace keepleaf::library
