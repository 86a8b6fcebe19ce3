// Verifier: checks that a library is what it says (docs/store-format.md, "Verification"). Reads only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "store/database.h"
#include "store/objects.h"

namespace keepleaf::store {

struct Damage {
  std::string kind;     // object_missing, object_size, object_digest, object_orphan, …
  std::string subject;  // the digest, id, or path that it is about
  std::string message;
};

struct Inspection {
  std::uint64_t objects = 0;
  std::uint64_t snapshots = 0;
  std::uint64_t bytes = 0;      // raw bytes that were read and hashed (deep), else what is recorded
  std::vector<Damage> damages;  // at most `limit`
  bool truncated = false;       // there were more
  bool sound = true;  // nothing but orphans: those are no damage, but what was cut off before its commit
};

class Verifier {
 public:
  Verifier(Database& database, ObjectStore& objects, std::size_t limit);

  // `deep` reads and hashes every object.
  Result<Inspection> run(bool deep);

 private:
  void add(std::string kind, std::string subject, std::string message);
  bool check_database();
  void check_foreign_keys();
  struct Suspect {
    std::int64_t object = 0;
    Sha256Digest digest;
    Damage damage;
  };
  Status check_objects(bool deep);
  // `in_row`: how many bytes object_bytes has of it.
  Result<std::optional<Damage>> damage_of(const Sha256Digest& digest,
                                          const std::optional<std::uint64_t>& in_row, bool deep);
  void accuse_suspects();
  bool about_to_go(const Sha256Digest& digest);
  void check_snapshots();
  void check_texts();
  void find_orphans();

  Database& database_;
  ObjectStore& objects_;
  std::size_t limit_;
  Inspection inspection_;
  std::vector<Suspect> suspects_;
};

}  // namespace keepleaf::store
