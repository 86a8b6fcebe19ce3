// Links, tags, settings and jobs as rows, with what they leave in the change log.
#include <algorithm>

#include "fixture.h"
#include "store/jobs.h"
#include "store/leases.h"
#include "store/links.h"
#include "store/query.h"
#include "store/settings.h"
#include "store/tags.h"

using namespace keepleaf;
using namespace keepleaf::store;
using namespace keepleaf::test;

namespace {

LinkRow link_row(int number) {
  LinkRow row;
  row.canonical_url = "https://example.org/" + std::to_string(number);
  row.url = row.canonical_url;
  row.id = Uuid::v8(sha256(as_bytes(row.url)));
  row.host = "example.org";
  return row;
}

std::vector<std::string> log_of(OpenStore& store) {
  std::vector<std::string> log;
  Query query(*store.database,
              "SELECT entity, field, ifnull(CAST(value AS TEXT), 'null') FROM change ORDER BY seq");
  while (query.step()) log.push_back(query.text(0) + " " + query.text(1) + " " + query.text(2));
  return log;
}

}  // namespace

TEST_CASE("every change of a link is in the log, in order") {
  TempDir dir;
  OpenStore store(dir.path());
  Links links(*store.database, store.changes.get());
  LinkRow row = link_row(1);
  row.title = "Leaf";
  store.act([&](const Moment& moment) { links.insert(moment, row); });
  store.clock.time += 5;
  store.act([&](const Moment& moment) {
    links.set_note(moment, row, "n");
    links.set_trashed(moment, row, moment.now);
  });
  store.act([&](const Moment& moment) { links.set_trashed(moment, row, std::nullopt); });
  CHECK(log_of(store) ==
        std::vector<std::string>{"link url https://example.org/1", "link title Leaf", "link note n",
                                 "link trashed " + std::to_string(store.clock.time), "link trashed null"});
  const auto stored = links.find(row.id);
  REQUIRE(stored);
  CHECK(stored->note == "n");
  CHECK(stored->updated_at == store.clock.time);
  CHECK(stored->created_at == store.clock.time - 5);

  Query order(*store.database,
              "SELECT count(*) FROM change AS a JOIN change AS b ON a.seq < b.seq AND a.hlc > b.hlc");
  order.step();
  CHECK(order.integer(0) == 0);
}

TEST_CASE("links are listed newest first, page by page, without gaps when times are equal") {
  TempDir dir;
  OpenStore store(dir.path());
  Links links(*store.database, store.changes.get());
  std::vector<std::int64_t> expected;
  for (int i = 0; i < 25; ++i) {
    if (i % 4 == 0) ++store.clock.time;
    LinkRow row = link_row(i);
    store.act([&](const Moment& moment) { links.insert(moment, row); });
    expected.insert(expected.begin(), row.n);
  }
  for (const std::uint32_t size : {1U, 3U, 7U, 25U, 100U}) {
    std::vector<std::int64_t> seen;
    std::optional<LinkCursor> after;
    for (;;) {
      const auto page = links.list(false, size, after);
      if (page.empty()) break;
      for (const auto& row : page) seen.push_back(row.n);
      after = LinkCursor{page.back().created_at, page.back().n};
    }
    CHECK(seen == expected);
  }
  CHECK(links.count(false) == 25);
  CHECK(links.count(true) == 0);
}

TEST_CASE("opening and counting ten thousand links reads no table") {
  TempDir dir;
  OpenStore store(dir.path());
  const auto plan = [&](Sql sql) {
    std::string text;
    Query query(*store.database, sql);
    while (query.step()) text += query.text(3) + "\n";
    return text;
  };
  const auto counting = plan(
      "EXPLAIN QUERY PLAN SELECT (SELECT count(*) FROM link) -"
      " (SELECT count(*) FROM link WHERE trashed_at IS NOT NULL)");
  CHECK(counting.find("SCAN link USING COVERING INDEX") != std::string::npos);
  CHECK(counting.find("COVERING INDEX link_trashed") != std::string::npos);
  CHECK(plan("EXPLAIN QUERY PLAN SELECT n FROM link WHERE trashed_at IS NULL AND (created_at, n) < (1, 1)"
             " ORDER BY created_at DESC, n DESC LIMIT 5")
            .find("TEMP B-TREE") == std::string::npos);
}

TEST_CASE("tags are listed in path order, parents count what is below them, each link once") {
  TempDir dir;
  OpenStore store(dir.path());
  Links links(*store.database, store.changes.get());
  Tags tags(*store.database, store.changes.get());
  LinkRow one = link_row(1), two = link_row(2);
  store.act([&](const Moment& moment) {
    links.insert(moment, one);
    links.insert(moment, two);
    for (const char* path : {"work", "work/db", "work-2", "work/db/postgres", "Äpfel"}) {
      const auto tag = tags.ensure(moment, path, path);
      CHECK(tags.add(moment, one.n, one.id, tag));
      CHECK_FALSE(tags.add(moment, one.n, one.id, tag));
    }
    tags.add(moment, two.n, two.id, *tags.find("work/db"));
    tags.ensure(moment, "unused", "unused");
  });
  const auto names = [&](const std::string& prefix, std::uint32_t limit, const std::string& after) {
    std::vector<std::string> list;
    for (const auto& tag : tags.list(prefix, limit, after))
      list.push_back(tag.path + "=" + std::to_string(tag.links));
    return list;
  };
  using List = std::vector<std::string>;
  CHECK(names("", 10, "") == List{"work=2", "work/db=2", "work/db/postgres=1", "work-2=1", "Äpfel=1"});
  CHECK(names("", 2, "work/db") == List{"work/db/postgres=1", "work-2=1"});
  CHECK(names("po", 10, "") == List{"work/db/postgres=1"});
  CHECK(names("db", 10, "") == List{"work/db=2", "work/db/postgres=1"});
  CHECK(names("%", 10, "").empty());
  CHECK(tags.count("") == 5);
  CHECK(tags.of_link(one.n) == List{"work", "work/db", "work/db/postgres", "work-2", "Äpfel"});

  SECTION("links in the trash don't count") {
    store.act([&](const Moment& moment) { links.set_trashed(moment, one, moment.now); });
    CHECK(names("", 10, "") == List{"work/db=1"});
  }
}

TEST_CASE("the id of a tag is made from its folded path, as every device makes it") {
  const auto digest = Sha256().update("keepleaf tag 1work/db").finish();
  CHECK(tag_id("work/db") == Uuid::v8(digest));
}

TEST_CASE("a job goes to one worker, the one that waits longest first, and only when it is due") {
  TempDir dir;
  OpenStore store(dir.path());
  Links links(*store.database, store.changes.get());
  Jobs jobs(*store.database);
  LinkRow link = link_row(1);
  std::vector<Uuid> ids;
  store.act([&](const Moment& moment) {
    links.insert(moment, link);
    for (const UnixMs wait : {50, 0, 10}) {
      JobRow job;
      job.id = Uuid::v7(moment.now);
      job.kind = "snapshot";
      job.not_before = moment.now + wait;
      job.created_at = moment.now;
      jobs.insert(job, link.n);
      ids.push_back(job.id);
    }
  });
  const UnixMs now = store.clock.time;
  const Uuid first = Uuid::v7(now), second = Uuid::v7(now);
  CHECK(jobs.next_due({}) == now);
  const auto taken = jobs.claim(first, now, {});
  REQUIRE(taken);
  CHECK(taken->id == ids[1]);
  CHECK(taken->attempts == 1);
  CHECK(taken->link == link.id);
  CHECK_FALSE(jobs.claim(second, now, {}));
  REQUIRE(jobs.claim(second, now + 10, {}));
  CHECK(jobs.next_due({}) == now + 50);

  SECTION("what a dead worker left is queued again, what the living has is not") {
    CHECK(jobs.requeue_others(second, now + 11) == 1);
    CHECK(jobs.find(ids[1])->state == "queued");
    CHECK(jobs.find(ids[2])->state == "running");
    CHECK(jobs.claim(second, now + 11, {})->attempts == 2);
  }
  SECTION("a job that is cancelled while it runs stays cancelled") {
    CHECK(jobs.cancel(ids[1], now));
    CHECK_FALSE(jobs.cancel(ids[1], now));
    JobRow done = *jobs.find(ids[1]);
    done.state = "done";
    jobs.finish(done, now);
    CHECK(jobs.find(ids[1])->state == "cancelled");
  }
  SECTION("a job may be tried again later") {
    JobRow again = *jobs.find(ids[1]);
    again.state = "queued";
    again.not_before = now + 20;
    again.error_code = "network";
    jobs.finish(again, now);
    CHECK_FALSE(jobs.claim(first, now + 19, {}));
    CHECK(jobs.claim(first, now + 20, {})->id == ids[1]);
  }
  SECTION("progress belongs to running jobs and ends at a thousand") {
    jobs.set_progress(ids[1], 5000, now);
    jobs.set_progress(ids[0], 500, now);
    CHECK(jobs.find(ids[1])->progress == 1000);
    CHECK(jobs.find(ids[0])->progress == 0);
  }
}

TEST_CASE("a lease that ran out goes when another is given") {
  TempDir dir;
  OpenStore store(dir.path());
  Leases leases(*store.database);
  Compressor compressor;
  const Bytes raw = prose(10, 1);
  store.act(
      [&](const Moment& moment) { must(store.objects->add(sha256(raw), raw, compressor, moment.now)); });
  const auto count = [&] {
    Query query(*store.database, "SELECT count(*) FROM lease");
    query.step();
    return query.integer(0);
  };
  leases.grant(Uuid::v7(1), {1}, 1000);
  leases.grant(Uuid::v7(2), {1}, 1000 + kLeaseMs);
  CHECK(count() == 2);
  leases.grant(Uuid::v7(3), {1}, 1001 + kLeaseMs);
  CHECK(count() == 2);
}

TEST_CASE("settings are kept by key") {
  TempDir dir;
  OpenStore store(dir.path());
  Settings settings(*store.database);
  CHECK_FALSE(settings.get("trash_days"));
  settings.set("trash_days", "30");
  settings.set("trash_days", "7");
  settings.set("a", "");
  CHECK(settings.get("trash_days") == "7");
  CHECK(settings.all().size() == 2);
  CHECK(settings.remove("a"));
  CHECK_FALSE(settings.remove("a"));
}
