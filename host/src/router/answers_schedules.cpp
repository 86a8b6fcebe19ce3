// What is answered about schedules.
#include <cstdint>
#include <optional>
#include <string>

#include "library/period.h"
#include "router/convert.h"
#include "router/state.h"

namespace keepleaf::router {
namespace {

// One of the two says what a schedule is of.
Status check_subject(const std::optional<Uuid>& link, const std::string& tag) {
  if (link.has_value() != tag.empty())
    return fail(ErrorCode::bad_request, "a schedule is of a link or of a tag: name one of them",
                "Nothing was changed.");
  return {};
}

}  // namespace

Reply Router::State::answer(const protocol::ScheduleList& request) {
  return page<protocol::ScheduleListReply>(
      library::ListQuery{request.limit, request.after, false},
      [](const auto& lib, const auto& query) { return lib.schedules(query); });
}

Reply Router::State::answer(const protocol::ScheduleSet& request) {
  KL_TRY(check_subject(request.link_id, request.tag));
  KL_ASSIGN(const std::int64_t every, library::parse_period(request.every));
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const library::Schedule set, request.link_id
                                             ? open_library->schedule_link(*request.link_id, every)
                                             : open_library->schedule_tag(request.tag, every));
  return protocol::ScheduleSetReply{to_wire(set)};
}

Reply Router::State::answer(const protocol::ScheduleClear& request) {
  KL_TRY(check_subject(request.link_id, request.tag));
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const bool cleared, request.link_id ? open_library->clear_schedule_of_link(*request.link_id)
                                                : open_library->clear_schedule_of_tag(request.tag));
  return protocol::ScheduleClearReply{cleared};
}

Reply Router::State::answer(const protocol::ScheduleRun& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const std::uint32_t jobs, open_library->queue_scheduled(request.all));
  if (options.on_work_due) options.on_work_due();
  return protocol::JobsReply{jobs};
}

}  // namespace keepleaf::router
