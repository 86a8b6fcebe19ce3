// Leases: promises to captures under way that objects stay although no snapshot may refer to them yet. Throws
// SQLite::Exception: use it inside guard(), inside a transaction.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "store/database.h"

namespace keepleaf::store {

inline constexpr UnixMs kLeaseMs = 14LL * 24 * 3600 * 1000;

class Leases {
 public:
  explicit Leases(Database& database) : database_(database) {}

  // `objects` are object.n. Leases that ran out go at the same time.
  void grant(const Uuid& capture, const std::vector<std::int64_t>& objects, UnixMs now);
  void release(const Uuid& capture);

 private:
  Database& database_;
};

}  // namespace keepleaf::store
