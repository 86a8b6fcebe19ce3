// What the tests of the trash share: pages with objects of their own, and looking for traces of them.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <thread>

#include "base/os/file.h"
#include "fixture.h"

namespace keepleaf::test {

using library::TrashItem;

inline constexpr UnixMs kDay = 24LL * 3600 * 1000;

inline Bytes jpeg(std::size_t size, std::uint32_t seed) {
  Bytes bytes = noise(size, seed);
  bytes[0] = 0xff;
  bytes[1] = 0xd8;
  bytes[2] = 0xff;
  return bytes;
}

// A page with an object of its own in a row and one in a file.
inline Taken sample(std::uint32_t n, UnixMs at) {
  Taken taken = take("https://example.org/" + std::to_string(n), "page " + std::to_string(n),
                     "words of " + std::to_string(n), at);
  taken.items.push_back({"image", noise(3'000, 2 * n + 1), "image/png"});
  taken.items.push_back({"image", noise(300'000, 2 * n + 2), "image/png"});
  return taken;
}

inline std::vector<Uuid> ids_of(const std::vector<TrashItem>& items) {
  std::vector<Uuid> ids;
  for (const TrashItem& item : items) ids.push_back(item.id);
  return ids;
}
inline std::vector<TrashItem> listed(const OpenLibrary& library) {
  return must(library.library->trash({})).items;
}

// While captures come in, a file may be there before its row.
enum class Orphans { none, of_captures_under_way };
inline void must_be_whole(library::Library& library, Orphans orphans = Orphans::none) {
  const auto verified = must(library.verify(true));
  for (const auto& finding : verified.findings)
    if (orphans == Orphans::none || finding.kind != "object_orphan")
      FAIL_CHECK(finding.kind << " " << finding.subject << ": " << finding.message);
  CHECK(verified.ok);
}

// Every file of the folder, as it lies on the disk.
inline std::string all_bytes(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

// Pieces of what is stored, rows and files, by which they would be recognised.
inline std::vector<std::string> traces_of(const std::filesystem::path& folder,
                                          const std::string& objects_sql) {
  std::vector<std::string> traces;
  SQLite::Database sql((folder / "library.db").string());
  SQLite::Statement query(
      sql, "SELECT digest, bytes FROM object LEFT JOIN object_bytes ON object = n WHERE n IN (" +
               objects_sql + ")");
  while (query.executeStep()) {
    const auto digest = query.getColumn(0);
    const std::string_view raw(static_cast<const char*>(digest.getBlob()), 32);
    traces.emplace_back(raw);
    std::string stored;
    if (query.getColumn(1).isNull()) {
      Sha256Digest name;
      std::copy(raw.begin(), raw.end(), name.bytes.begin());
      const std::string hex = name.hex();
      traces.push_back(hex);
      std::ifstream file(folder / "objects" / hex.substr(0, 2) / hex, std::ios::binary);
      stored.assign(std::istreambuf_iterator<char>(file), {});
    } else {
      stored.assign(static_cast<const char*>(query.getColumn(1).getBlob()),
                    static_cast<std::size_t>(query.getColumn(1).getBytes()));
    }
    // Four bytes at the end of a page belong to the next page's number, so that a long piece may be cut by
    // one.
    for (std::size_t at = 0; at + 24 <= stored.size(); at += 11'000) traces.push_back(stored.substr(at, 24));
  }
  REQUIRE_FALSE(traces.empty());
  return traces;
}

inline std::size_t found_of(const std::vector<std::string>& traces, const std::string& all) {
  std::size_t found = 0;
  for (const std::string& trace : traces)
    found += ::memmem(all.data(), all.size(), trace.data(), trace.size()) != nullptr ? 1U : 0U;
  return found;
}

// One zstd frame with `base` as its reference prefix.
inline Bytes delta(const Bytes& base, const Bytes& raw) {
  Bytes out(ZSTD_compressBound(raw.size()));
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_refPrefix(context, base.data(), base.size());
  out.resize(ZSTD_compress2(context, out.data(), out.size(), raw.data(), raw.size()));
  ZSTD_freeCCtx(context);
  return out;
}

inline pid_t in_child(const std::function<int()>& work) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(work());
  return child;
}
inline int wait_for(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

}  // namespace keepleaf::test
