#include "store/staging.h"

#include <algorithm>
#include <fstream>

#include "base/os/file.h"
#include "fixture.h"

using namespace keepleaf;
using namespace keepleaf::store;
using namespace keepleaf::test;

namespace {

const Uuid kCapture = *Uuid::parse("0191f3a0-0000-7000-8000-000000000001");

std::unique_ptr<StagedCapture> open(const TempDir& dir, Compressor& compressor) {
  return must(StagedCapture::open(dir.path(), kCapture, "https://example.org/", compressor));
}

std::filesystem::path only_file(const TempDir& dir, const std::string& extension) {
  for (const auto& entry : std::filesystem::directory_iterator(dir / kCapture.str()))
    if (entry.path().extension() == extension) return entry.path();
  FAIL("no file " << extension);
  return {};
}

void put_file(const std::filesystem::path& path, BytesView bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
}

// What a killed process leaves: the files as they are now.
void copy_folder(const TempDir& from, const TempDir& to) {
  std::filesystem::remove_all(to / kCapture.str());
  std::filesystem::copy(from.path(), to.path(), std::filesystem::copy_options::recursive);
}

}  // namespace

TEST_CASE("an upload is the bytes that were written, in any pieces") {
  TempDir dir;
  Compressor compressor;
  for (const bool compressible : {true, false}) {
    for (const std::size_t piece : {1'000U, 384U << 10U, 3U << 20U}) {
      const Bytes raw = compressible ? prose(5 << 20, 1) : noise(5 << 20, 2);
      auto capture = open(dir, compressor);
      for (std::size_t at = 0; at < raw.size(); at += piece)
        must(capture->write(1, at, BytesView(raw).subspan(at, std::min(piece, raw.size() - at))));
      const auto* upload = must(capture->finish(1, raw.size(), sha256(raw)));
      CHECK(upload->object() == sha256(raw));
      CHECK(upload->encoding() == (compressible ? Encoding::zstd : Encoding::raw));
      CHECK(upload->stored_size() <= raw.size());
      CHECK(must(upload->read()) == raw);
      must(capture->remove());
      CHECK(std::filesystem::is_empty(dir.path()));
    }
  }
}

TEST_CASE("what is small stays in memory until it must be durable") {
  TempDir dir;
  Compressor compressor;
  auto capture = open(dir, compressor);
  must(capture->write(1, 0, prose(20'000, 1)));
  must(capture->finish(1, 20'000, std::nullopt));
  CHECK(std::filesystem::is_empty(dir.path()));
  CHECK(capture->uploads().at(1)->durable() == 0);
  must(capture->sync());
  CHECK(capture->uploads().at(1)->durable() == 20'000);
  CHECK_FALSE(std::filesystem::is_empty(dir.path()));
}

TEST_CASE("many uploads at once do not pile up in memory") {
  TempDir dir;
  Compressor compressor;
  auto capture = open(dir, compressor);
  const Bytes raw = noise(200'000, 1);
  std::size_t most = 0;
  for (std::uint32_t upload = 0; upload < 200; ++upload) {
    must(capture->write(upload, 0, raw));
    std::size_t buffered = 0;
    for (const auto& [number, one] : capture->uploads()) buffered += one->buffered();
    most = std::max(most, buffered);
  }
  CHECK(most <= kStagedInMemory);
  for (std::uint32_t upload = 0; upload < 200; ++upload)
    must(capture->finish(upload, raw.size(), sha256(raw)));
}

TEST_CASE("bytes that came before are ignored, bytes that come too early are a gap") {
  TempDir dir;
  Compressor compressor;
  auto capture = open(dir, compressor);
  const Bytes raw = prose(1000, 1);
  must(capture->write(1, 0, BytesView(raw).first(600)));
  must(capture->write(1, 0, BytesView(raw).first(600)));
  must(capture->write(1, 100, BytesView(raw).subspan(100, 300)));
  CHECK(capture->uploads().at(1)->received() == 600);
  CHECK(code_of(capture->write(1, 601, BytesView(raw).subspan(601))) == ErrorCode::gap);
  must(capture->write(1, 500, BytesView(raw).subspan(500)));
  must(capture->finish(1, 1000, sha256(raw)));
  SECTION("after the end a repetition is harmless, more is a contradiction") {
    must(capture->write(1, 0, raw));
    CHECK(code_of(capture->write(1, 1000, BytesView(raw).first(1))) == ErrorCode::conflict);
    must(capture->finish(1, 1000, std::nullopt));
  }
}

TEST_CASE("an upload whose size or digest differs is empty again") {
  TempDir dir;
  Compressor compressor;
  auto capture = open(dir, compressor);
  const Bytes raw = prose(3 << 20, 1);
  const auto refill = [&] { must(capture->write(1, 0, raw)); };
  refill();
  CHECK(code_of(capture->finish(1, raw.size() - 1, std::nullopt)) == ErrorCode::digest_mismatch);
  CHECK(capture->uploads().at(1)->received() == 0);
  refill();
  CHECK(code_of(capture->finish(1, raw.size(), sha256(Bytes()))) == ErrorCode::digest_mismatch);
  CHECK(capture->uploads().at(1)->received() == 0);
  refill();
  CHECK(must(capture->finish(1, raw.size(), sha256(raw)))->object() == sha256(raw));
}

TEST_CASE("a capture that another has open is busy, and free when that one is gone") {
  TempDir dir;
  Compressor compressor;
  auto first = open(dir, compressor);
  must(first->write(1, 0, prose(100, 1)));
  must(first->sync());
  CHECK(code_of(StagedCapture::open(dir.path(), kCapture, "u", compressor)) == ErrorCode::busy);
  CHECK(code_of(remove_staged(dir.path(), kCapture)) == ErrorCode::busy);
  first.reset();
  CHECK(open(dir, compressor)->uploads().at(1)->received() == 100);
  must(remove_staged(dir.path(), kCapture));
  CHECK(std::filesystem::is_empty(dir.path()));
  must(remove_staged(dir.path(), kCapture));
}

TEST_CASE("two that begin the same capture in memory can't both write it") {
  TempDir dir;
  Compressor compressor;
  auto first = open(dir, compressor);
  auto second = open(dir, compressor);
  must(first->write(1, 0, prose(100, 1)));
  must(second->write(1, 0, prose(100, 2)));
  must(first->sync());
  CHECK(code_of(second->sync()) == ErrorCode::busy);
}

TEST_CASE("what was durable is there after a kill, at every cut of the file") {
  for (const bool compressible : {true, false}) {
    TempDir dir, left;
    Compressor compressor;
    const Bytes raw = compressible ? prose(300, 1) : noise(100, 1);
    const std::size_t half = raw.size() / 2;
    const std::string extension = compressible ? ".zst" : ".raw";
    auto capture = open(dir, compressor);
    must(capture->write(7, 0, BytesView(raw).first(half)));
    must(capture->sync());
    const auto durable = std::filesystem::file_size(only_file(dir, extension));
    copy_folder(dir, left);  // with the mark as it was then
    must(capture->write(7, half, BytesView(raw).subspan(half)));
    must(capture->sync());
    const Bytes whole = must(os::read_file(only_file(dir, extension), 10'000));
    const auto mark = left / kCapture.str() / "7.mark";
    const auto mark_then = os::read_file(mark, 10'000);

    for (std::size_t size = durable; size <= whole.size(); ++size) {
      const auto folder = left / kCapture.str();
      for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().filename() != "capture") std::filesystem::remove(entry.path());
      put_file(folder / ("7" + extension), BytesView(whole).first(size));
      if (mark_then) put_file(mark, *mark_then);

      Compressor other;
      auto resumed = open(left, other);
      REQUIRE(resumed->resumed());
      REQUIRE(resumed->uploads().contains(7));
      const std::uint64_t from = resumed->uploads().at(7)->received();
      CHECK(from >= half);
      CHECK(resumed->uploads().at(7)->durable() == from);
      must(resumed->write(7, from, BytesView(raw).subspan(from)));
      CHECK(must(resumed->finish(7, raw.size(), sha256(raw)))->object() == sha256(raw));
      CHECK(must(resumed->uploads().at(7)->read()) == raw);
    }
  }
}

TEST_CASE("a staged file that was damaged anywhere is never taken for what it was") {
  TempDir dir, copy;
  Compressor compressor;
  const Bytes raw = prose(250, 1);
  for (const bool ended : {true, false}) {
    auto capture = open(dir, compressor);
    must(capture->write(3, 0, raw));
    if (ended) must(capture->finish(3, raw.size(), sha256(raw)));
    must(capture->sync());
    const Bytes whole = must(os::read_file(only_file(dir, ".zst"), 10'000));
    for (std::size_t at = 0; at < whole.size(); ++at) {
      copy_folder(dir, copy);
      Bytes damaged = whole;
      damaged[at] ^= 0x41;
      put_file(only_file(copy, ".zst"), damaged);
      Compressor other;
      auto resumed = open(copy, other);
      if (!resumed->uploads().contains(3)) continue;
      auto& upload = *resumed->uploads().at(3);
      const std::uint64_t from = upload.received();
      REQUIRE(from <= raw.size());
      if (from < raw.size()) must(resumed->write(3, from, BytesView(raw).subspan(from)));
      CHECK(must(resumed->finish(3, raw.size(), sha256(raw)))->object() == sha256(raw));
    }
    must(capture->remove());
  }
}

TEST_CASE(
    "bytes beyond the mark of a raw upload are not trusted: zeros that a power loss leaves are cut off") {
  TempDir dir;
  Compressor compressor;
  const Bytes raw = noise(5000, 1);
  {
    auto capture = open(dir, compressor);
    must(capture->write(1, 0, raw));
    must(capture->sync());
  }
  {
    std::ofstream file(only_file(dir, ".raw"), std::ios::app | std::ios::binary);
    file << std::string(3000, '\0');
  }
  auto resumed = open(dir, compressor);
  CHECK(resumed->uploads().at(1)->received() == 5000);
  CHECK(must(resumed->finish(1, 5000, sha256(raw)))->object() == sha256(raw));
}

TEST_CASE("a first frame that shrinks does not make the whole larger than its bytes") {
  TempDir dir;
  Compressor compressor;
  auto capture = open(dir, compressor);
  // Just compressible enough to begin packed; then noise, in many small frames.
  Bytes raw = noise(kFrameBytes, 1);
  std::fill(raw.begin(), raw.begin() + kFrameBytes / 24, std::uint8_t{0});
  must(capture->write(1, 0, raw));
  must(capture->sync());
  for (std::uint32_t i = 0; i < 12000; ++i) {
    if (raw.size() > kFrameBytes + 40'000) break;
    const Bytes more = noise(4, i);
    must(capture->write(1, raw.size(), more));
    must(capture->spill(*capture->uploads().at(1)));
    raw.insert(raw.end(), more.begin(), more.end());
  }
  const auto* upload = must(capture->finish(1, raw.size(), sha256(raw)));
  CHECK(upload->stored_size() <= raw.size());
  CHECK(upload->encoding() == Encoding::raw);
  CHECK(must(upload->read()) == raw);
}

TEST_CASE("staging is listed with the address of each capture, and strangers in it are left alone") {
  TempDir dir;
  Compressor compressor;
  must(os::make_folder(dir / "notes of mine"));
  {
    auto capture = open(dir, compressor);
    must(capture->write(1, 0, noise(1000, 1)));
    must(capture->sync());
  }
  auto list = list_staging(dir.path());
  REQUIRE(list.size() == 1);
  CHECK(list[0].id == kCapture);
  CHECK(list[0].url == "https://example.org/");
  CHECK(list[0].bytes == 1000);
  must(os::write_file(dir / kCapture.str() / "capture", as_bytes("something else")));
  list = list_staging(dir.path());
  REQUIRE(list.size() == 1);
  CHECK(list[0].url.empty());
}

TEST_CASE("names in a capture's folder are read strictly") {
  const std::string digest(64, 'a');
  CHECK(parse_staged_name("0.zst")->number == 0);
  CHECK(parse_staged_name("17.raw")->raw);
  CHECK(parse_staged_name("4294967295." + digest + ".zst")->object->hex() == digest);
  for (const char* name : {"", ".zst", "1", "1.mark", "01.zst", "-1.zst", "1.zst.link", "4294967296.zst",
                           "x.raw", "1.aa.zst", "capture"})
    CHECK_FALSE(parse_staged_name(name).has_value());
}

TEST_CASE("a mark that was torn leaves the one before it standing") {
  TempDir dir;
  Compressor compressor;
  const Bytes raw = noise(3000, 1);
  {
    auto capture = open(dir, compressor);
    for (std::size_t at = 0; at < raw.size(); at += 1000) {
      must(capture->write(1, at, BytesView(raw).subspan(at, 1000)));
      must(capture->sync());
    }
  }
  // The third mark lies where the first was.
  std::fstream(dir / kCapture.str() / "1.mark", std::ios::in | std::ios::out | std::ios::binary) << "torn";
  auto resumed = open(dir, compressor);
  REQUIRE(resumed->uploads().contains(1));
  CHECK(resumed->uploads().at(1)->received() == 2000);
  must(resumed->write(1, 2000, BytesView(raw).subspan(2000)));
  CHECK(must(resumed->finish(1, 3000, sha256(raw)))->object() == sha256(raw));
}
