#include "store/changes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/query.h"

namespace keepleaf::store {

const char* entity_name(Entity entity) {
  switch (entity) {
    case Entity::link:
      return "link";
    case Entity::snapshot:
      return "snapshot";
    case Entity::tag:
      return "tag";
    case Entity::tagging:
      return "tagging";
  }
  return "link";
}

ChangeLog::ChangeLog(Database& database, HybridClock clock, const Clock& wall)
    : database_(database), clock_(std::move(clock)), wall_(wall) {}

Result<Moment> ChangeLog::moment() {
  HybridTime seen = 0;
  Query newest(database_, "SELECT hlc FROM change ORDER BY seq DESC LIMIT 1");
  if (newest.step()) seen = newest.integer(0);
  Moment moment;
  KL_ASSIGN(moment.hlc, clock_.next(seen));
  moment.now = wall_.now();
  return moment;
}

void ChangeLog::record(const Moment& moment, Entity entity, BytesView id, std::string_view field,
                       const ChangeValue& value) {
  Query insert(database_,
               "INSERT INTO change (entity, id, field, value, hlc, origin) VALUES (?, ?, ?, ?, ?, ?)");
  const auto with = [&](const auto& bound) {
    insert.bind(entity_name(entity), id, field, bound, moment.hlc, clock_.device()).run();
  };
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    with(*number);
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    with(*text);
  } else if (const auto* bytes = std::get_if<BytesView>(&value)) {
    with(*bytes);
  } else {
    with(std::nullopt);
  }
}

void ChangeLog::record_tagging(const Moment& moment, const Uuid& link, const Uuid& tag, bool present) {
  std::array<std::uint8_t, 32> id{};
  std::copy(link.bytes.begin(), link.bytes.end(), id.begin());
  std::copy(tag.bytes.begin(), tag.bytes.end(), id.begin() + 16);
  record(moment, Entity::tagging, id, "present", std::int64_t{present ? 1 : 0});
}

}  // namespace keepleaf::store
