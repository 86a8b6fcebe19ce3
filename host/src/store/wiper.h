// Wiper: takes what was destroyed off the disk (docs/store-format.md, "The trash"), in steps that are short
// enough for other processes to write between them. Killed anywhere, the next wiper goes on: what is left to
// do stands in the library.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/result.h"
#include "store/compression.h"
#include "store/database.h"
#include "store/objects.h"

namespace keepleaf::store {

inline constexpr std::uint32_t kFirstFormatOfTheDoomed = 4;

// Asked between steps; false stops.
using KeepGoing = std::function<bool()>;
enum class Wiping : std::uint8_t { done, stopped };

class Wiper {
 public:
  Wiper(Database& database, ObjectStore& objects, Compressor& compressor)
      : database_(database), objects_(objects), compressor_(compressor) {}

  // In the transaction that destroys: there will be something to wipe. Throws.
  void ask();
  // Whether a wiper has something to do now: not for objects that only wait for a lease. Throws.
  bool due(UnixMs now);

  // Bytes and files of doomed objects that nothing refers to and no capture holds. What has been referred to
  // again stays, and so does the base of a delta that is too damaged to be stored without it.
  Result<Wiping> wipe_objects(UnixMs now, const KeepGoing& keep_going);
  // Folders in staging of captures that were committed and then destroyed; left there when a process died.
  Status wipe_staging(const std::filesystem::path& staging);

  // What other rooms have to wipe is wiped as well: only the log is left. `mark` is what wanted() was before.
  std::int64_t wanted();
  Status wiped_all_but_the_log(std::int64_t mark);
  // SQLite's log still holds pages as they were. False: another process reads an old moment of the library,
  // try again later.
  Result<bool> wipe_log();

 private:
  std::vector<Sha256Digest> doomed_after(const std::optional<Sha256Digest>& last);
  Result<std::vector<Sha256Digest>> destroy_rows(const std::vector<Sha256Digest>& batch, UnixMs now);
  Status destroy_files(const std::vector<Sha256Digest>& batch);
  bool referred_to(std::int64_t object);
  bool leased(std::int64_t object, UnixMs now);
  // False: one of them can't be read. `files` are those that they leave.
  Result<bool> free_dependants(std::int64_t base, std::vector<Sha256Digest>& files);
  void forget(const Sha256Digest& digest);

  Database& database_;
  ObjectStore& objects_;
  Compressor& compressor_;
};

}  // namespace keepleaf::store
