// What is answered about the trash, and about what is destroyed.
#include <chrono>
#include <optional>
#include <utility>

#include "router/convert.h"
#include "router/state.h"

namespace keepleaf::router {
namespace {

// How long a browser's request may take what was destroyed off the disk.
constexpr std::chrono::milliseconds kWipeHere{1'000};

}  // namespace

bool Router::State::wipe() {
  const auto end = std::chrono::steady_clock::now() + kWipeHere;
  const auto wiped = options.door == Door::command_line
                         ? library->tend()
                         : library->tend([end] { return std::chrono::steady_clock::now() < end; });
  if (wiped && *wiped) return true;
  if (options.on_work_due) options.on_work_due();
  return false;
}

Reply Router::State::answer(const protocol::ItemRemove& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  forget_what_was_read();
  if (!request.destroy) {
    KL_ASSIGN(auto ids, open_library->remove(request.ids));
    return protocol::ItemsReply{std::move(ids)};
  }
  KL_ASSIGN(auto ids, open_library->destroy(request.ids));
  wipe();
  return protocol::ItemsReply{std::move(ids)};
}

Reply Router::State::answer(const protocol::ItemRestore& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(auto ids, open_library->restore(request.ids));
  return protocol::ItemsReply{std::move(ids)};
}

Reply Router::State::answer(const protocol::TrashList& request) {
  return page<protocol::TrashListReply>(library::TrashQuery{request.limit, request.after},
                                        [](const auto& lib, const auto& query) { return lib.trash(query); });
}

Reply Router::State::answer(const protocol::TrashEmpty& request) {
  if (request.all != request.ids.empty())
    return fail(ErrorCode::bad_request, "either ids are named, or all is true", "nothing was changed");
  KL_ASSIGN(library::Library* const open_library, open());
  forget_what_was_read();
  KL_ASSIGN(const library::Destroyed destroyed,
            open_library->empty_trash(request.all ? std::nullopt : std::optional(request.ids)));
  return protocol::TrashEmptyReply{destroyed.links, destroyed.snapshots, wipe()};
}

}  // namespace keepleaf::router
