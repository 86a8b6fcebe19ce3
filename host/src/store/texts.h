// Texts: what can be read in snapshots, once per distinct set of documents. Throws SQLite::Exception: use it
// inside guard(); insert() inside a transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/digest.h"
#include "store/database.h"

namespace keepleaf::store {

struct TextRow {
  std::int64_t n = 0;
  Sha256Digest key;     // over the extractor's version and the documents' digests
  Sha256Digest object;  // the text, UTF-8
  std::uint64_t length = 0;
  bool truncated = false;
};

class Texts {
 public:
  explicit Texts(Database& database) : database_(database) {}

  std::optional<TextRow> find(const Sha256Digest& key);
  std::optional<TextRow> find(std::int64_t n);
  // Texts of a link's snapshots that are not in the trash.
  std::vector<std::int64_t> of_link(std::int64_t link);
  // Whether a snapshot that is not in the trash, of a link that is not, has it.
  bool in_use(std::int64_t text);
  // The next `limit` n that are in use, ascending.
  std::vector<std::int64_t> in_use_after(std::int64_t n, std::uint32_t limit);

  std::int64_t insert(const Sha256Digest& key, std::int64_t object, std::uint64_t length, bool truncated);

 private:
  Database& database_;
};

}  // namespace keepleaf::store
