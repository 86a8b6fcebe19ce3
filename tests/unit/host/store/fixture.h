// What the store's tests share: a clock that stands still, bytes that look like something, an open library.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "store/changes.h"
#include "store/database.h"
#include "store/hybrid_clock.h"
#include "store/objects.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace keepleaf::test {

class FixedClock final : public Clock {
 public:
  UnixMs now() const override { return time; }
  UnixMs time = 1'790'000'000'000;
};

// Bytes that do not compress, the same for the same seed.
inline Bytes noise(std::size_t size, std::uint32_t seed) {
  std::mt19937_64 random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() & 0xFFU);
  return bytes;
}

// Text that compresses as pages do.
inline Bytes prose(std::size_t size, std::uint32_t seed) {
  static const char* const kWords[] = {"<p>",   "the ", "page ",  "leaf ",
                                       "kept ", "of ",  "</p>\n", "class=\"note\" "};
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < size) text += kWords[random() % 8] + std::to_string(random() % 1000);
  text.resize(size);
  const BytesView view = as_bytes(text);
  return {view.begin(), view.end()};
}

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}
inline void must(const Status& status) {
  if (!status) FAIL(status.error().message);
}
template <class T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

struct OpenStore {
  explicit OpenStore(const std::filesystem::path& folder_) : folder(folder_) {
    std::filesystem::create_directories(folder / "objects");
    database = must(store::Database::open(folder / "library.db", store::OpenMode::read_write));
    changes = std::make_unique<store::ChangeLog>(
        *database, must(store::HybridClock::open(folder / "state", clock)), clock);
    objects = std::make_unique<store::ObjectStore>(*database, folder);
  }

  // Runs action(moment) in a transaction that is committed.
  template <class Action>
  void act(Action action) {
    store::Transaction transaction(*database);
    action(must(changes->moment()));
    transaction.commit();
  }

  std::filesystem::path folder;
  FixedClock clock;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::ChangeLog> changes;
  std::unique_ptr<store::ObjectStore> objects;
};

}  // namespace keepleaf::test
