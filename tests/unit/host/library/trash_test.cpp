// The trash: what is listed, what is destroyed, and that nothing of that is left in any file of the library.
#include "trash_fixture.h"

using namespace keepleaf;
using namespace keepleaf::test;

TEST_CASE(
    "the trash lists links with their snapshots, and snapshots of links that stay, the last to come first") {
  TempDir dir;
  OpenLibrary library(dir);
  const auto first = library.keep(sample(1, library.later()));
  const auto second = library.keep(sample(2, library.later()));
  const auto older = library.keep(sample(3, library.later()));
  Taken again = sample(3, library.later());
  const auto newer = library.keep(again);
  CHECK(listed(library).empty());

  const UnixMs at = library.later();
  must(library->remove({older.snapshot_id}));
  library.later();
  must(library->remove({first.link_id}));
  library.later();
  must(library->remove({second.snapshot_id}));  // its only one: the link goes along

  const auto items = listed(library);
  CHECK(ids_of(items) == std::vector<Uuid>{second.link_id, first.link_id, older.snapshot_id});
  CHECK(items[0].whole_link);
  CHECK(items[0].snapshots == 1);
  CHECK(items[1].size_stored > 303'000);
  CHECK_FALSE(items[2].whole_link);
  CHECK(items[2].link_id == newer.link_id);
  CHECK(items[2].url == "https://example.org/3");
  CHECK(items[2].title == "page 3");
  CHECK(items[2].trashed_at == at);
  CHECK(items[2].ends_at == at + 30 * kDay);

  // Page by page, nothing twice and nothing left out.
  std::vector<Uuid> paged;
  std::string after;
  do {
    const auto one = must(library->trash({1, after}));
    CHECK(one.total == 3);
    for (const auto& item : one.items) paged.push_back(item.id);
    after = one.next.value_or("");
  } while (!after.empty());
  CHECK(paged == ids_of(items));

  must(library->restore({first.link_id}));
  CHECK(ids_of(listed(library)) == std::vector<Uuid>{second.link_id, older.snapshot_id});
}

TEST_CASE("only what is in the trash is destroyed, and only all that was named or nothing") {
  TempDir dir;
  OpenLibrary library(dir);
  const auto kept = library.keep(sample(1, library.later()));
  const auto trashed = library.keep(sample(2, library.later()));
  must(library->remove({trashed.link_id}));
  using Ids = std::vector<Uuid>;
  CHECK(code_of(library->empty_trash(Ids{trashed.link_id, kept.link_id})) == ErrorCode::conflict);
  CHECK(code_of(library->empty_trash(Ids{trashed.link_id, kept.snapshot_id})) == ErrorCode::conflict);
  CHECK(code_of(library->empty_trash(Ids{trashed.link_id, Uuid::v7(1)})) == ErrorCode::not_found);
  CHECK(listed(library).size() == 1);
  CHECK(must(library->snapshot(trashed.snapshot_id)));

  const auto destroyed =
      must(library->empty_trash(Ids{trashed.link_id, trashed.snapshot_id, trashed.link_id}));
  CHECK(destroyed.links == 1);
  CHECK(destroyed.snapshots == 1);
  CHECK(listed(library).empty());
  CHECK_FALSE(must(library->snapshot(trashed.snapshot_id)));
  CHECK_FALSE(must(library->link(trashed.link_id)));
  CHECK(must(library->snapshot(kept.snapshot_id)));
  CHECK(must(library->tend()));
  must_be_whole(*library.library);
  // And it can be kept again, as if it had never been there.
  Taken again = sample(2, library.later());
  CHECK(library.keep(again).new_link);
  must_be_whole(*library.library);
}

TEST_CASE("nothing of what was destroyed is found in any file of the library") {
  TempDir dir;
  OpenLibrary library(dir);
  // Pages before, between and after, whose rows move about while those of the secret ones come and go.
  for (std::uint32_t n = 0; n < 20; ++n) library.keep(sample(n, library.later()));
  std::vector<Uuid> secret;
  for (std::uint32_t n = 0; n < 10; ++n) {
    const std::string name = "canaryqx" + std::to_string(n);
    Taken taken = sample(100 + n, library.later());
    taken.page.url = "https://" + name + "url.example/" + name + "path";
    taken.page.title = name + "title " + std::string(n * 300, 'x');
    taken.page.note = name + "note";
    taken.page.tags = {name + "tag/" + name + "sub"};
    taken.items[0].bytes =
        bytes_of("<title>" + name + "</title><p>" + name + "word " + std::string(n * 700, 'y'));
    const auto committed = library.keep(taken);
    secret.push_back(committed.link_id);
    must(library->edit(committed.link_id, {name + "retitled", name + "renoted"}));
    must(library->pictured(committed.snapshot_id, {"page", "image/jpeg", 640, 400, false, library.clock.time,
                                                   jpeg(400'000, 900 + n)}));
    must(library->pictured(committed.snapshot_id, {"thumbnail", "image/jpeg", 640, 400, false,
                                                   library.clock.time, jpeg(9'000, 950 + n)}));
    must(
        library->measured(committed.snapshot_id, {0.5, "boxes", {1280, 800, 1}, {{0, "image", 1, 2, 3, 4}}}));
    library.keep(sample(20 + n, library.later()));
    if (n % 2 == 0) must(library->add({taken.page.url, {}, {}, {name + "jobtag"}, "auto", {}}));
  }
  const auto traces = traces_of(
      library.folder,
      "SELECT object FROM part WHERE snapshot IN (SELECT snapshot.n FROM snapshot JOIN link ON link.n = link"
      " WHERE link.url LIKE '%canaryqx%') UNION SELECT object FROM picture UNION SELECT text.object"
      " FROM text JOIN snapshot ON snapshot.text = text.n WHERE snapshot.url LIKE '%canaryqx%'");
  {
    const std::string before = all_bytes(library.folder);
    REQUIRE(before.find("anaryqx") != std::string::npos);
    REQUIRE(found_of(traces, before) > traces.size() * 9 / 10);  // some lie across two pages
  }
  must(library->remove(secret));
  must(library->empty_trash(std::nullopt));
  CHECK(must(library->tend()));

  // A host that a browser started has the library open all the while.
  const std::string all = all_bytes(library.folder);
  CHECK(all.find("anaryqx") == std::string::npos);
  CHECK(found_of(traces, all) == 0);
  must_be_whole(*library.library);
  CHECK(must(library->list({})).total == 30);
  CHECK(library.found("words").size() == 30);
  CHECK(must(library->tags({})).total == 0);
  CHECK(must(library->jobs({})).total == 0);
}

TEST_CASE("destroying at once leaves a tombstone for sync, and no other row of the change log") {
  TempDir dir;
  OpenLibrary library(dir);
  Taken taken = sample(1, library.later());
  taken.page.tags = {"a/b"};
  const auto kept = library.keep(taken);
  Taken other = sample(2, library.later());
  other.page.tags = {"a/b"};
  library.keep(other);
  CHECK(must(library->destroy({kept.snapshot_id})) == std::vector<Uuid>{kept.snapshot_id, kept.link_id});
  CHECK(listed(library).empty());
  CHECK(must(library->tags({})).total == 1);
  SQLite::Database sql((library.folder / "library.db").string());
  SQLite::Statement query(
      sql,
      "SELECT entity || ' ' || field FROM change WHERE id = ?1 OR id = ?2 OR substr(id, 1, 16) = ?2"
      " ORDER BY seq");
  query.bind(1, kept.snapshot_id.bytes.data(), 16);
  query.bind(2, kept.link_id.bytes.data(), 16);
  std::vector<std::string> rows;
  while (query.executeStep()) rows.push_back(query.getColumn(0).getString());
  CHECK(rows == std::vector<std::string>{"snapshot destroyed", "link destroyed"});
}

TEST_CASE("what others refer to stays whole") {
  TempDir dir;
  OpenLibrary library(dir);
  Taken first = sample(1, library.later());
  Taken second = sample(1, library.later());  // the same bytes behind the same address
  second.items.push_back({"image", noise(2'000, 77), "image/png"});
  Taken third = sample(2, library.later());
  third.items.push_back(first.items[2]);
  const auto one = library.keep(first);
  library.keep(second);
  library.keep(third);
  must(library->destroy({one.snapshot_id}));
  CHECK(must(library->tend()));
  must_be_whole(*library.library);
  const auto left = must(library->objects(second.id));
  for (std::size_t n = 0; n < second.items.size(); ++n)
    CHECK(must(left->read(sha256(second.items[n].bytes))) == second.items[n].bytes);
  CHECK(must(must(library->objects(third.id))->read(sha256(first.items[2].bytes))) == first.items[2].bytes);
  CHECK(library.found("\"words of 1\"").size() == 1);
}

TEST_CASE("what a capture under way was promised stays until that ends") {
  TempDir dir;
  OpenLibrary library(dir);
  Taken kept = sample(1, library.later());
  library.keep(kept);
  Taken coming = sample(2, library.later());
  coming.items[1] = kept.items[1];
  coming.items[2] = kept.items[2];
  auto& sink = library->captures();
  must(sink.begin(coming.id, coming.page.url, 0));
  const std::vector<Sha256Digest> promised{sha256(kept.items[1].bytes), sha256(kept.items[2].bytes)};
  CHECK(must(sink.have(coming.id, promised)) == std::vector<bool>{true, true});

  must(library->destroy({kept.id}));
  CHECK(must(library->tend()));
  CHECK_FALSE(must(library->next_tending()));
  must_be_whole(*library.library);
  SECTION("and is the capture's when it is committed") {
    must(coming.send(sink));
    CHECK(must(must(library->objects(coming.id))->read(promised[1])) == kept.items[2].bytes);
    CHECK(must(library->tend()));
    must_be_whole(*library.library);
  }
  SECTION("and goes when it is aborted") {
    must(sink.abort(coming.id));
    CHECK(must(library->next_tending()));
    CHECK(must(library->tend()));
    CHECK(must(library->stats()).objects == 0);
    CHECK_FALSE(std::filesystem::exists(library.folder / "objects" / promised[1].hex().substr(0, 2) /
                                        promised[1].hex()));
    must_be_whole(*library.library);
  }
}

TEST_CASE("a delta made from what is destroyed is stored anew without it") {
  TempDir dir;
  OpenLibrary library(dir);
  Taken base = sample(1, library.later());
  Taken next = sample(2, library.later());
  Taken last = sample(3, library.later());
  base.items[0].bytes = prose(50'000, 1);
  next.items[0].bytes = base.items[0].bytes;
  next.items[0].bytes.push_back('!');
  last.items[0].bytes = next.items[0].bytes;
  last.items[0].bytes.push_back('?');
  library.keep(base);
  library.keep(next);
  library.keep(last);
  {
    // As a recompression makes them: a frame without the words of its base.
    SQLite::Database sql((library.folder / "library.db").string(), SQLite::OPEN_READWRITE);
    const auto make_delta = [&](const Taken& taken, const Taken& from, int depth) {
      const Bytes packed = delta(from.items[0].bytes, taken.items[0].bytes);
      const auto digest = sha256(taken.items[0].bytes);
      const auto base_digest = sha256(from.items[0].bytes);
      SQLite::Statement bytes(
          sql, "UPDATE object_bytes SET bytes = ?1 WHERE object = (SELECT n FROM object WHERE digest = ?2)");
      bytes.bind(1, packed.data(), static_cast<int>(packed.size()));
      bytes.bind(2, digest.bytes.data(), 32);
      bytes.exec();
      SQLite::Statement row(sql,
                            "UPDATE object SET encoding = 'zstd-delta', stored_size = ?1, depth = ?2, base ="
                            " (SELECT n FROM object WHERE digest = ?3) WHERE digest = ?4");
      row.bind(1, static_cast<std::int64_t>(packed.size()));
      row.bind(2, depth);
      row.bind(3, base_digest.bytes.data(), 32);
      row.bind(4, digest.bytes.data(), 32);
      row.exec();
    };
    make_delta(next, base, 1);
    make_delta(last, next, 2);
  }
  must_be_whole(*library.library);
  must(library->destroy({base.id}));
  CHECK(must(library->tend()));
  must_be_whole(*library.library);
  CHECK(must(must(library->objects(next.id))->read(sha256(next.items[0].bytes))) == next.items[0].bytes);
  CHECK(must(must(library->objects(last.id))->read(sha256(last.items[0].bytes))) == last.items[0].bytes);
  SQLite::Database sql((library.folder / "library.db").string());
  CHECK(sql.execAndGet("SELECT group_concat(depth) FROM object WHERE base IS NOT NULL").getString() == "1");
}

TEST_CASE("a title that came from a destroyed snapshot gives way, one that a person gave stays") {
  TempDir dir;
  OpenLibrary library(dir);
  Taken first = sample(1, library.later());
  Taken second = sample(1, library.later());
  second.page.title = "the secret title";
  library.keep(first);
  const auto kept = library.keep(second);
  SECTION("from the snapshot") {
    CHECK(must(library->link(kept.link_id))->title == "the secret title");
    must(library->destroy({second.id}));
    CHECK(must(library->tend()));
    CHECK(must(library->link(kept.link_id))->title == "page 1");
    CHECK(all_bytes(library.folder).find("secret title") == std::string::npos);
    CHECK(library.found("title:secret").empty());
  }
  SECTION("from a person") {
    must(library->edit(kept.link_id, {"my own", std::nullopt}));
    must(library->destroy({second.id}));
    CHECK(must(library->link(kept.link_id))->title == "my own");
  }
  must_be_whole(*library.library);
}

TEST_CASE("what was in the trash for its days ends by itself, when somebody tends the library") {
  TempDir dir;
  OpenLibrary library(dir);
  CHECK(must(library->settings()).trash_days == 30);
  const auto link = library.keep(sample(1, library.later()));
  Taken older = sample(2, library.later());
  Taken newer = sample(2, library.later());
  library.keep(older);
  library.keep(newer);
  CHECK_FALSE(must(library->next_tending()));
  const UnixMs at = library.later();
  must(library->remove({link.link_id, older.id}));
  CHECK(must(library->next_tending()) == at + 30 * kDay);

  library.clock.time = at + 30 * kDay - 1;
  CHECK(must(library->tend()));
  CHECK(listed(library).size() == 2);
  SECTION("after thirty days") {
    library.clock.time = at + 30 * kDay;
    CHECK(must(library->tend()));
    CHECK(listed(library).empty());
    CHECK(must(library->list({})).total == 1);
    CHECK_FALSE(must(library->next_tending()));
    must_be_whole(*library.library);
  }
  SECTION("after as many as the library says") {
    CHECK(must(library->configure({7})).trash_days == 7);
    library.reopen();
    CHECK(must(library->settings()).trash_days == 7);
    CHECK(must(library->tend()));
    CHECK(listed(library).empty());
  }
  SECTION("never, when the library says so") {
    must(library->configure({0}));
    library.clock.time += 100'000 * kDay;
    CHECK_FALSE(must(library->next_tending()));
    CHECK(must(library->tend()));
    CHECK(listed(library).size() == 2);
    CHECK_FALSE(listed(library)[0].ends_at);
  }
  SECTION("and no library takes more days than there are") {
    CHECK(code_of(library->configure({36'501})) == ErrorCode::bad_request);
    CHECK(must(library->settings()).trash_days == 30);
  }
}

TEST_CASE("while somebody reads an old moment the log can't be emptied, and that is said and done later") {
  TempDir dir;
  OpenLibrary library(dir);
  const auto kept = library.keep(sample(1, library.later()));
  SQLite::Database reader((library.folder / "library.db").string());
  reader.exec("BEGIN");
  reader.execAndGet("SELECT count(*) FROM link");
  must(library->destroy({kept.link_id}));
  CHECK_FALSE(must(library->tend()));
  CHECK(must(library->next_tending()) == 0);
  CHECK_FALSE(must(library->link(kept.link_id)));
  reader.exec("COMMIT");
  CHECK(must(library->tend()));
  CHECK_FALSE(must(library->next_tending()));
  CHECK(all_bytes(library.folder).find("words of 1") == std::string::npos);
}

TEST_CASE("what is stopped between two steps goes on where it was") {
  TempDir dir;
  OpenLibrary library(dir);
  for (std::uint32_t n = 0; n < 40; ++n) library.keep(sample(n, library.later()));
  std::vector<Uuid> links;
  for (const auto& link : must(library->list({})).items) links.push_back(link.id);
  must(library->remove(links));
  must(library->empty_trash(std::nullopt));
  int stops = 0;
  while (!must(library->tend([] { return false; }))) REQUIRE(++stops < 1000);
  CHECK(stops > 1);
  CHECK(must(library->stats()).objects == 0);
  must_be_whole(*library.library);
}
