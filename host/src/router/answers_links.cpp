// What is answered about links and their tags.
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "router/convert.h"
#include "router/fit.h"
#include "router/state.h"

namespace keepleaf::router {
namespace {

Reply links(const std::vector<library::Link>& changed) {
  protocol::LinksReply reply = to_wire(changed);
  if (!reply.items.empty()) shorten(reply.items.front(), kReplyBudget);
  keep_what_fits(reply.items, kReplyBudget);
  return reply;
}

Reply tag_change(Result<library::TagChange> change) {
  if (!change) return fail(std::move(change).error());
  return to_wire(*change);
}

}  // namespace

Reply Router::State::answer(const protocol::LinkLookup& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const library::Lookup found, open_library->lookup(request.url));
  protocol::LinkLookupReply reply = to_wire(found);
  if (reply.link) shorten(*reply.link, kReplyBudget / 2);
  // The canonical URL is as long as a URL may be.
  keep_what_fits(reply.possible_duplicates, kReplyBudget / 4);
  return reply;
}

Reply Router::State::answer(const protocol::LinkList& request) {
  return page<protocol::LinkListReply>(library::ListQuery{request.limit, request.after, request.trashed},
                                       [](const auto& lib, const auto& query) { return lib.list(query); });
}

Reply Router::State::answer(const protocol::LinkSearch& request) {
  Reply reply =
      page<protocol::LinkSearchReply>(library::SearchQuery{request.query, request.limit, request.after},
                                      [](const auto& lib, const auto& query) { return lib.search(query); });
  if (reply) std::get<protocol::LinkSearchReply>(*reply).indexing = library->indexing();
  return reply;
}

Reply Router::State::answer(const protocol::LinkShow& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const auto link, open_library->link(request.id));
  if (!link) return no_such("link", request.id);
  KL_ASSIGN(const auto care, open_library->care_of(request.id));
  protocol::LinkShowReply reply = to_wire_with_all_snapshots(*link, care);
  shorten(reply.link, kReplyBudget / 2);
  keep_what_fits(reply.snapshots, kReplyBudget / 2);
  return reply;
}

Reply Router::State::answer(const protocol::LinkAdd& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  library::NewLink link{request.url, request.title,     request.note, request.tags, request.engine,
                        {},          request.created_at};
  if (options.door == Door::command_line) link.allowed_hosts = request.allowed_hosts;
  KL_ASSIGN(const library::AddedLink added, open_library->add(link));
  if (options.on_work_due) options.on_work_due();
  return to_wire(added);
}

Reply Router::State::answer(const protocol::LinkEdit& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const library::Link link, open_library->edit(request.id, {request.title, request.note}));
  return links({link});
}

Reply Router::State::answer(const protocol::LinkTag& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  KL_ASSIGN(const auto changed, open_library->retag(request.ids, request.add, request.remove));
  return links(changed);
}

Reply Router::State::answer(const protocol::TagList& request) {
  return page<protocol::TagListReply>(library::TagQuery{request.prefix, request.limit, request.after},
                                      [](const auto& lib, const auto& query) { return lib.tags(query); });
}

Reply Router::State::answer(const protocol::TagRename& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  return tag_change(open_library->rename_tag(request.from, request.to));
}

Reply Router::State::answer(const protocol::TagMerge& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  return tag_change(open_library->merge_tag(request.from, request.to));
}

Reply Router::State::answer(const protocol::TagMove& request) {
  KL_ASSIGN(library::Library* const open_library, open());
  return tag_change(open_library->move_tag(request.from, request.to));
}

}  // namespace keepleaf::router
