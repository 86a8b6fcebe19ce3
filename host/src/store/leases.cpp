#include "store/leases.h"

#include "store/query.h"

namespace keepleaf::store {

void Leases::grant(const Uuid& capture, const std::vector<std::int64_t>& objects, UnixMs now) {
  Query expired(database_, "DELETE FROM lease WHERE expires_at < ?");
  expired.bind(now).run();
  Query insert(database_, "INSERT OR REPLACE INTO lease (capture, object, expires_at) VALUES (?, ?, ?)");
  for (const std::int64_t object : objects) insert.bind(capture, object, now + kLeaseMs).run();
}

void Leases::release(const Uuid& capture) {
  Query query(database_, "DELETE FROM lease WHERE capture = ?");
  query.bind(capture).run();
}

}  // namespace keepleaf::store
