// What is answered about the jobs of the queue.
#include <optional>
#include <utility>
#include <variant>

#include "library/job_state.h"
#include "router/convert.h"
#include "router/state.h"

namespace keepleaf::router {
namespace {

Reply job(Result<std::optional<library::Job>> job, const Uuid& id) {
  if (!job) return fail(std::move(job).error());
  if (!*job) return no_such("job", id);
  return protocol::JobReply{to_wire(**job)};
}

}  // namespace

Reply Router::State::answer(const protocol::JobShow& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  return job(open_library->job(request.id), request.id);
}

Reply Router::State::answer(const protocol::JobList& request) {
  library::JobQuery query{request.limit, request.after, std::nullopt};
  if (!request.state.empty()) {
    query.state = library::job_state_from_name(request.state);
    if (!query.state)
      return fail(ErrorCode::bad_request, "a job's state is queued, running, done, failed or cancelled");
  }
  KL_ASSIGN(auto listed, page<protocol::JobListReply>(
                             query, [](const auto& lib, const auto& asked) { return lib.jobs(asked); }));
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const auto counts, open_library->job_counts());
  std::get<protocol::JobListReply>(listed).counts = to_wire(counts);
  return listed;
}

Reply Router::State::answer(const protocol::JobRetry& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const library::Job queued, open_library->retry_job(request.id));
  if (options.on_work_due) options.on_work_due();
  return protocol::JobReply{to_wire(queued)};
}

Reply Router::State::answer(const protocol::JobRetryFailed&) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const std::uint32_t jobs, open_library->retry_failed_jobs());
  if (jobs > 0 && options.on_work_due) options.on_work_due();
  return protocol::JobsReply{jobs};
}

Reply Router::State::answer(const protocol::JobCancel& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const library::Job cancelled, open_library->cancel_job(request.id));
  return protocol::JobReply{to_wire(cancelled)};
}

Reply Router::State::answer(const protocol::JobCancelAll&) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const std::uint32_t jobs, open_library->cancel_all_jobs());
  return protocol::JobsReply{jobs};
}

}  // namespace keepleaf::router
