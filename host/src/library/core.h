// Core: what all actions of a library share: the connection, the rooms of the store, the index, the clock,
// and the rule "one action, one transaction". Internal to the library module.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "index/index.h"
#include "library/types.h"
#include "store/changes.h"
#include "store/compression.h"
#include "store/conditions.h"
#include "store/database.h"
#include "store/fidelities.h"
#include "store/jobs.h"
#include "store/leases.h"
#include "store/links.h"
#include "store/objects.h"
#include "store/pictures.h"
#include "store/schedules.h"
#include "store/settings.h"
#include "store/snapshots.h"
#include "store/tags.h"
#include "store/texts.h"
#include "store/trash.h"
#include "store/wiper.h"

namespace keepleaf::library {

struct Core {
  Core(std::unique_ptr<store::Database> database_, std::filesystem::path folder_, const Clock& clock_,
       std::unique_ptr<store::ChangeLog> changes_, std::optional<Error> read_only_reason_)
      : database(std::move(database_)),
        folder(std::move(folder_)),
        clock(clock_),
        changes(std::move(changes_)),
        read_only_reason(std::move(read_only_reason_)),
        objects(*database, folder),
        links(*database, changes.get()),
        tags(*database, changes.get()),
        snapshots(*database, changes.get()),
        fidelities(*database, changes.get()),
        pictures(*database, changes.get()),
        texts(*database),
        leases(*database),
        jobs(*database),
        settings(*database),
        trash(*database, changes.get()),
        schedules(*database, changes.get()),
        conditions(*database),
        wiper(*database, objects, compressor) {}

  std::unique_ptr<store::Database> database;
  std::filesystem::path folder;
  const Clock& clock;
  std::unique_ptr<store::ChangeLog> changes;  // null exactly when the library is read-only
  std::optional<Error> read_only_reason;      // set exactly then
  Uuid id;

  store::ObjectStore objects;
  store::Links links;
  store::Tags tags;
  store::Snapshots snapshots;
  store::Fidelities fidelities;
  store::Pictures pictures;
  store::Texts texts;
  store::Leases leases;
  store::Jobs jobs;
  store::Settings settings;
  store::Trash trash;
  store::Schedules schedules;
  store::Conditions conditions;
  store::Compressor compressor;
  store::Wiper wiper;
  std::optional<index::Index> index;  // set once the library is open

  std::filesystem::path staging() const { return folder / "staging"; }

  // Errors: read_only, with the reason.
  Status writable() const { return changes ? Status{} : Status(tl::unexpected<Error>(*read_only_reason)); }

  // Runs action(moment), which returns a Result, in one write transaction; an error undoes everything.
  // `what` completes "Could not …".
  template <class Action>
  auto act(const std::string& what, Action&& action)
      -> decltype(action(std::declval<const store::Moment&>())) {
    KL_TRY(writable());
    return store::guard(what, [&]() -> decltype(action(std::declval<const store::Moment&>())) {
      store::Transaction transaction(*database);
      KL_ASSIGN(const store::Moment moment, changes->moment());
      auto result = action(moment);
      if (result) transaction.commit();
      return result;
    });
  }

  // Runs action() with one consistent view of the library.
  template <class Action>
  auto view(const std::string& what, Action&& action) {
    return store::guard(what, [&] {
      const store::ReadView consistent(*database);
      return action();
    });
  }
};

}  // namespace keepleaf::library
