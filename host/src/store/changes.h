// ChangeLog: what happened, in order (docs/store-format.md, "Changes and the clock"). Each action writes its
// changes in its own transaction. Functions throw SQLite::Exception: use them inside guard(), inside a
// transaction.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "store/database.h"
#include "store/hybrid_clock.h"

namespace keepleaf::store {

enum class Entity : std::uint8_t { link, snapshot, tag, tagging };
const char* entity_name(Entity entity);  // as the column has it

// When an action happens: once for all rows that it writes, so that they agree with each other and with the
// log.
struct Moment {
  UnixMs now = 0;
  HybridTime hlc = 0;
};

using ChangeValue = std::variant<std::monostate, std::int64_t, std::string_view, BytesView>;

class ChangeLog {
 public:
  ChangeLog(Database& database, HybridClock clock, const Clock& wall);

  // Call first in a transaction: the write lock is what makes the order of moments that of the log.
  Result<Moment> moment();

  void record(const Moment& moment, Entity entity, BytesView id, std::string_view field,
              const ChangeValue& value);
  void record_tagging(const Moment& moment, const Uuid& link, const Uuid& tag, bool present);

  const Uuid& device() const { return clock_.device(); }

 private:
  Database& database_;
  HybridClock clock_;
  const Clock& wall_;
};

}  // namespace keepleaf::store
