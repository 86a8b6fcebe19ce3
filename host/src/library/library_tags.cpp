// Library: tags, and what changes a whole subtree of them.
#include <set>
#include <utility>

#include "library/assemble.h"
#include "library/indexing.h"
#include "library/limits.h"
#include "library/state.h"
#include "library/tag_path.h"

#include "base/unicode.h"

namespace keepleaf::library {
namespace {

Error no_such_tag(const TagPath& tag) {
  return Error{ErrorCode::not_found, "There is no tag " + tag.path + ".", "Nothing was changed."};
}

// Everything at and below `from` goes to the same place at and below `to`; what is there already takes the
// links.
Result<TagChange> move_subtree(Core& core, const store::Moment& moment, const TagPath& from,
                               const TagPath& to) {
  std::set<std::int64_t> touched;
  const auto old_rows = core.tags.subtree(from.folded);
  if (old_rows.empty()) return fail(no_such_tag(from));
  std::set<std::string> kept;
  for (store::TagRow old_row : old_rows) {
    KL_ASSIGN(const TagPath target, parse_tag_path(with_head_replaced(old_row.path, from.path, to.path)));
    const auto links = core.tags.links(old_row.n);
    kept.insert(target.folded);
    if (target.folded == old_row.folded) {  // another spelling of the same tag
      if (target.path != old_row.path) core.tags.set_path(moment, old_row, target.path);
      touched.insert(links.begin(), links.end());
      continue;
    }
    const auto new_row = core.tags.ensure(moment, target.path, target.folded);
    for (const std::int64_t n : links) {
      const auto link = core.links.find(n);
      if (!link) continue;
      core.tags.remove(moment, n, link->id, old_row);
      core.tags.add(moment, n, link->id, new_row);
      touched.insert(n);
    }
  }
  for (const store::TagRow& old_row : old_rows)
    if (!kept.contains(old_row.folded)) core.tags.forget(old_row);
  for (const std::int64_t n : touched) {
    auto link = core.links.find(n);
    if (!link) continue;
    core.links.touch(moment, *link);
    KL_TRY(index_link(core, *link));
  }
  return TagChange{core.tags.count_links(to.folded), to.path};
}

Result<TagChange> rename(Core& core, const TagPath& from, const TagPath& to) {
  return core.act("rename the tag", [&](const store::Moment& moment) -> Result<TagChange> {
    if (core.tags.subtree(from.folded).empty()) return fail(no_such_tag(from));
    // What lies below `from` itself moves away, so it is in nobody's way.
    for (const store::TagRow& there : core.tags.subtree(to.folded)) {
      if (is_within(there.folded, from.folded)) continue;
      return fail(ErrorCode::conflict, "There is already a tag " + there.path + ".", "Nothing was changed.",
                  "Merge the tags if both mean the same.");
    }
    return move_subtree(core, moment, from, to);
  });
}

}  // namespace

Result<Page<TagUse>> Library::tags(const TagQuery& query) const {
  Core& core = *state_->core;
  const std::string prefix = fold(query.prefix);
  return core.view("list the tags", [&] {
    Page<TagUse> page;
    const std::uint32_t limit = page_size(query.limit);
    auto tags = core.tags.list(prefix, limit + 1, query.after);
    if (tags.size() > limit) {
      tags.pop_back();
      page.next = tags.back().folded;
    }
    for (auto& tag : tags) page.items.push_back({std::move(tag.path), tag.links});
    page.total = core.tags.count(prefix);
    return page;
  });
}

Result<TagChange> Library::rename_tag(const std::string& from, const std::string& to) {
  KL_ASSIGN(const TagPath old_tag, parse_tag_path(from));
  KL_ASSIGN(const TagPath new_tag, parse_tag_path(to));
  return rename(*state_->core, old_tag, new_tag);
}

Result<TagChange> Library::merge_tag(const std::string& from, const std::string& to) {
  Core& core = *state_->core;
  KL_ASSIGN(const TagPath old_tag, parse_tag_path(from));
  KL_ASSIGN(const TagPath new_tag, parse_tag_path(to));
  if (is_within(new_tag.folded, old_tag.folded)) {
    return fail(ErrorCode::bad_request, "A tag can't be merged into itself or one below it.",
                "Nothing was changed.", "Rename it instead.");
  }
  return core.act("merge the tags", [&](const store::Moment& moment) -> Result<TagChange> {
    if (core.tags.subtree(old_tag.folded).empty()) return fail(no_such_tag(old_tag));
    if (core.tags.subtree(new_tag.folded).empty()) return fail(no_such_tag(new_tag));
    return move_subtree(core, moment, old_tag, new_tag);
  });
}

Result<TagChange> Library::move_tag(const std::string& from, const std::string& to_parent) {
  KL_ASSIGN(const TagPath old_tag, parse_tag_path(from));
  if (to_parent.empty()) {
    KL_ASSIGN(const TagPath top, parse_tag_path(last_level(old_tag.path)));
    return rename(*state_->core, old_tag, top);
  }
  KL_ASSIGN(const TagPath parent, parse_tag_path(to_parent));
  if (is_within(parent.folded, old_tag.folded)) {
    return fail(ErrorCode::bad_request, "A tag can't be moved below itself.", "Nothing was changed.");
  }
  KL_ASSIGN(const TagPath moved, parse_tag_path(parent.path + "/" + std::string(last_level(old_tag.path))));
  return rename(*state_->core, old_tag, moved);
}

}  // namespace keepleaf::library
