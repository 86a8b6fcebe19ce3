// The numbered migrations of store/migrations, embedded at build time.
#pragma once

#include <cstdint>
#include <string>

namespace keepleaf::store {

// The SQL that takes a library from format-1 to `format` (1 … kFormat).
std::string migration_sql(std::uint32_t format);

}  // namespace keepleaf::store
