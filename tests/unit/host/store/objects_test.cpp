#include "store/objects.h"

#include <zstd.h>

#include <fstream>

#include "base/os/file.h"
#include "fixture.h"
#include "store/query.h"
#include "store/verify.h"

using namespace keepleaf;
using namespace keepleaf::store;
using namespace keepleaf::test;

namespace {
Sha256Digest put(OpenStore& store, const Bytes& raw) {
  Compressor compressor;
  const auto digest = sha256(raw);
  store.act([&](const Moment& moment) { must(store.objects->add(digest, raw, compressor, moment.now)); });
  return digest;
}
void write_over(const std::filesystem::path& path, std::uint64_t at, char byte) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
}
std::vector<std::string> kinds(const Inspection& inspection) {
  std::vector<std::string> list;
  for (const auto& damage : inspection.damages) list.push_back(damage.kind + " " + damage.subject);
  return list;
}
}  // namespace

TEST_CASE("an object is read as it was stored, small or large, packed or not") {
  TempDir dir;
  OpenStore store(dir.path());
  struct Case {
    Bytes raw;
    Encoding encoding;
    bool in_file;
  };
  const std::vector<Case> cases = {
      {Bytes(), Encoding::raw, false},
      {prose(100, 1), Encoding::zstd, false},
      {noise(100, 2), Encoding::raw, false},
      {noise(kLargestRow, 3), Encoding::raw, false},
      {noise(kLargestRow + 1, 4), Encoding::raw, true},
      {prose(3 << 20, 5), Encoding::zstd, true},
      {Bytes(5 << 20, 'x'), Encoding::zstd, false},
  };
  for (const auto& one : cases) {
    const auto digest = put(store, one.raw);
    const auto row = store.objects->find(digest);
    REQUIRE(row);
    CHECK(row->size == one.raw.size());
    CHECK(row->encoding == one.encoding);
    CHECK(row->in_file == one.in_file);
    CHECK(row->stored_size <= one.raw.size());
    CHECK(std::filesystem::exists(store.objects->file_of(digest)) == one.in_file);
    CHECK(must(store.objects->read(digest)) == one.raw);
  }
  CHECK(must(Verifier(*store.database, *store.objects, 100).run(true)).damages.empty());
}

TEST_CASE("equal bytes are stored once") {
  TempDir dir;
  OpenStore store(dir.path());
  const Bytes raw = prose(5000, 1);
  put(store, raw);
  put(store, raw);
  Query count(*store.database, "SELECT count(*) FROM object");
  count.step();
  CHECK(count.integer(0) == 1);
}

TEST_CASE("an object that is not there is not_found, and a file in objects without a row is not an object") {
  TempDir dir;
  OpenStore store(dir.path());
  const Bytes raw = noise(10, 1);
  std::filesystem::create_directories(store.objects->file_of(sha256(raw)).parent_path());
  must(os::write_file(store.objects->file_of(sha256(raw)), raw));
  CHECK(code_of(store.objects->read(sha256(raw))) == ErrorCode::not_found);
  const auto inspection = must(Verifier(*store.database, *store.objects, 100).run(true));
  REQUIRE(inspection.damages.size() == 1);
  CHECK(inspection.damages[0].kind == "object_orphan");
  CHECK(inspection.sound);
}

TEST_CASE("damage of stored bytes is found when they are read, and named when they are verified") {
  TempDir dir;
  OpenStore store(dir.path());
  const auto small = put(store, prose(4000, 1));
  const auto large = put(store, noise(kLargestRow + 1000, 2));
  const auto whole = put(store, prose(500, 3));
  const auto verify = [&](bool deep) {
    return must(Verifier(*store.database, *store.objects, 100).run(deep));
  };
  REQUIRE(verify(true).damages.empty());

  SECTION("a byte of a file changed") {
    write_over(store.objects->file_of(large), 777, '!');
    CHECK(code_of(store.objects->read(large)) == ErrorCode::corrupt);
    CHECK(verify(false).sound);
    CHECK(kinds(verify(true)) == std::vector<std::string>{"object_digest " + large.hex()});
  }
  SECTION("a file became shorter") {
    std::filesystem::resize_file(store.objects->file_of(large), 1000);
    CHECK(code_of(store.objects->read(large)) == ErrorCode::corrupt);
    CHECK(kinds(verify(false)) == std::vector<std::string>{"object_size " + large.hex()});
  }
  SECTION("a file went") {
    std::filesystem::remove(store.objects->file_of(large));
    CHECK(code_of(store.objects->read(large)) == ErrorCode::corrupt);
    CHECK(kinds(verify(false)) == std::vector<std::string>{"object_missing " + large.hex()});
  }
  SECTION("the bytes of a row went") {
    store.database->sql().exec("PRAGMA foreign_keys = OFF; DELETE FROM object_bytes WHERE object = 1");
    CHECK(code_of(store.objects->read(small)) == ErrorCode::corrupt);
    CHECK(kinds(verify(false)) == std::vector<std::string>{"object_missing " + small.hex()});
  }
  SECTION("the bytes of a row changed, each in turn") {
    Query size(*store.database, "SELECT stored_size FROM object WHERE n = 1");
    size.step();
    const auto count = static_cast<std::size_t>(size.integer(0));
    size.reset();
    Bytes original;
    {
      Query read(*store.database, "SELECT bytes FROM object_bytes WHERE object = 1");
      read.step();
      original.assign(read.bytes(0).begin(), read.bytes(0).end());
    }
    for (std::size_t at = 0; at < count; at += 7) {
      Bytes damaged = original;
      damaged[at] ^= 0x20;
      Query write(*store.database, "UPDATE object_bytes SET bytes = ? WHERE object = 1");
      write.bind(damaged).run();
      const auto read = store.objects->read(small);
      if (read) CHECK(*read == prose(4000, 1));
    }
    CHECK(must(store.objects->read(whole)) == prose(500, 3));
  }
  SECTION("a row claims another size") {
    store.database->sql().exec("UPDATE object SET size = 9007199254740991 WHERE n = 1");
    CHECK(code_of(store.objects->read(small)) == ErrorCode::corrupt);
    store.database->sql().exec("UPDATE object SET size = 3999 WHERE n = 1");
    CHECK(code_of(store.objects->read(small)) == ErrorCode::corrupt);
    CHECK(kinds(verify(true)) == std::vector<std::string>{"object_digest " + small.hex()});
  }
}

TEST_CASE("a delta is read through the object that it was made against") {
  TempDir dir;
  OpenStore store(dir.path());
  const Bytes first = prose(60'000, 1);
  Bytes second = first;
  second.insert(second.begin() + 30'000, {'n', 'e', 'w'});
  put(store, first);
  Bytes delta(ZSTD_compressBound(second.size()));
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_refPrefix(context, first.data(), first.size());
  delta.resize(ZSTD_compress2(context, delta.data(), delta.size(), second.data(), second.size()));
  ZSTD_freeCCtx(context);
  REQUIRE(delta.size() < 1000);
  store.act([&](const Moment& moment) {
    const auto n =
        store.objects->insert_row(sha256(second), second.size(), Encoding::zstd, delta, moment.now);
    Query query(*store.database,
                "UPDATE object SET encoding = 'zstd-delta', base = 1, depth = 1 WHERE n = ?");
    query.bind(n).run();
  });
  CHECK(must(store.objects->read(sha256(second))) == second);
  CHECK(must(Verifier(*store.database, *store.objects, 100).run(true)).damages.empty());

  SECTION("and is found to be damaged when that one is") {
    store.database->sql().exec("UPDATE object_bytes SET bytes = zeroblob(length(bytes)) WHERE object = 1");
    CHECK(code_of(store.objects->read(sha256(second))) == ErrorCode::corrupt);
  }
}

TEST_CASE("publishing replaces whatever has that name, and keeps the staged name") {
  TempDir dir;
  OpenStore store(dir.path());
  const Bytes raw = noise(1000, 9);
  must(os::write_file(dir / "staged", raw));
  const auto target = store.objects->file_of(sha256(raw));
  std::filesystem::create_directories(target.parent_path());
  must(os::write_file(target, as_bytes("left from a commit that was cut off")));
  must(store.objects->publish(dir / "staged", sha256(raw)));
  CHECK(must(os::read_file(target, 10'000)) == raw);
  CHECK(must(os::read_file(dir / "staged", 10'000)) == raw);
  SECTION("again does no harm") {
    must(store.objects->publish(dir / "staged", sha256(raw)));
    CHECK(must(os::read_file(target, 10'000)) == raw);
    CHECK_FALSE(std::filesystem::exists(dir / "staged.link"));
  }
}
