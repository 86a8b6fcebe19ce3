// Tags and taggings. Paths and their folded forms come ready-made from the caller. Throws SQLite::Exception:
// use it inside guard(). Mutations belong into a transaction and write their change rows themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "store/changes.h"
#include "store/database.h"

namespace keepleaf::store {

struct TagRow {
  std::int64_t n = 0;
  Uuid id;  // UUIDv8 of SHA-256("keepleaf tag 1" ‖ folded)
  std::string path;
  std::string folded;
};

struct TagCount {
  std::string path;
  std::string folded;
  std::uint64_t links = 0;  // not in the trash; with this tag or one below it, each once
};

Uuid tag_id(std::string_view folded);

class Tags {
 public:
  Tags(Database& database, ChangeLog* changes) : database_(database), changes_(changes) {}

  std::optional<TagRow> find(const std::string& folded);
  // The tag itself, if it has a row, and all below it; in path order.
  std::vector<TagRow> subtree(const std::string& folded);
  // Paths in path order.
  std::vector<std::string> of_link(std::int64_t link);
  std::uint32_t count_of_link(std::int64_t link);
  // link.n of all links with exactly this tag, in the trash or not.
  std::vector<std::int64_t> links(std::int64_t tag);
  // Links that are not in the trash, with the tag or one below it.
  std::uint64_t count_links(const std::string& folded);

  // Tags that some link has; `prefix` (folded) begins a level of them. In path order, after the tag `after`
  // (folded).
  std::vector<TagCount> list(const std::string& prefix, std::uint32_t limit, const std::string& after);
  std::uint64_t count(const std::string& prefix);

  TagRow ensure(const Moment& moment, const std::string& path, const std::string& folded);
  void set_path(const Moment& moment, TagRow& tag, const std::string& path);
  // False when nothing was to be done.
  bool add(const Moment& moment, std::int64_t link, const Uuid& link_id, const TagRow& tag);
  bool remove(const Moment& moment, std::int64_t link, const Uuid& link_id, const TagRow& tag);
  // The row goes; no link may have it any more.
  void forget(const TagRow& tag);

 private:
  Database& database_;
  ChangeLog* changes_;
};

}  // namespace keepleaf::store
