// What the store's tests share: an open library's database and objects.
#pragma once

#include <filesystem>
#include <memory>

#include "store/changes.h"
#include "store/database.h"
#include "store/hybrid_clock.h"
#include "store/objects.h"
#include "support/fixed_clock.h"
#include "support/results.h"
#include "support/samples.h"
#include "support/temp_dir.h"

namespace keepleaf::test {

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
