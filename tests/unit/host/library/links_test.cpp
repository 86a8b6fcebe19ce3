#include <algorithm>

#include "fixture.h"
#include "library/capture_check.h"
#include "library/tag_path.h"

using namespace keepleaf;
using namespace keepleaf::test;
using List = std::vector<std::string>;

TEST_CASE("a link that is added waits for its snapshot, and is the same link when it comes") {
  TempDir dir;
  OpenLibrary library(dir);
  const auto added =
      must(library->add({"https://example.org/a", "Mine", "n", {"x"}, "fetch", {"localhost:80"}}));
  CHECK(added.new_link);
  const Uuid worker = Uuid::v7(1);
  const auto job = must(library->claim_job(worker));
  REQUIRE(job);
  CHECK(job->id == added.job_id);
  CHECK(job->link == added.link_id);
  CHECK(job->engine == "fetch");
  CHECK(job->allowed_hosts == List{"localhost:80"});
  CHECK(must(library->job(job->id))->state == library::JobState::running);
  const Taken taken = take("https://example.org/a", "Theirs", "b", library.later());
  const auto committed = library.keep(taken);
  CHECK(committed.link_id == added.link_id);
  CHECK_FALSE(committed.new_link);
  CHECK(must(library->link(added.link_id))->title == "Mine");
  must(library->finish_job(job->id, {library::JobState::done, taken.id, std::nullopt, 0}));
  CHECK(must(library->job(job->id))->snapshot == taken.id);
  CHECK(must(library->job(job->id))->progress == 1000);
  CHECK(code_of(library->cancel_job(job->id)) == ErrorCode::conflict);
  CHECK_FALSE(must(library->claim_job(worker)));
  CHECK_FALSE(must(library->add({"https://example.org/a", {}, {}, {}, "auto", {}})).new_link);
  CHECK(code_of(library->add({"https://example.org/a", {}, {}, {}, "telnet", {}})) == ErrorCode::bad_request);
  CHECK(code_of(library->add({"nonsense", {}, {}, {}, "auto", {}})) == ErrorCode::bad_request);
}

TEST_CASE("a job that failed is told, and one to be tried again waits") {
  TempDir dir;
  OpenLibrary library(dir);
  const auto added = must(library->add({"https://example.org/a", {}, {}, {}, "auto", {}}));
  const Uuid worker = Uuid::v7(1), next_worker = Uuid::v7(2);
  must(library->claim_job(worker));
  must(library->finish_job(
      added.job_id,
      {library::JobState::queued, {}, Error{ErrorCode::network, "No route."}, library.clock.time + 500}));
  CHECK_FALSE(must(library->claim_job(worker)));
  CHECK(must(library->next_job_due()) == library.clock.time + 500);
  library.later();
  REQUIRE(must(library->claim_job(worker)));
  must(library->job_progress(added.job_id, 300));
  must(library->requeue_jobs_of_dead_workers(worker));
  CHECK(must(library->job(added.job_id))->state == library::JobState::running);
  must(library->requeue_jobs_of_dead_workers(next_worker));
  CHECK(must(library->job(added.job_id))->state == library::JobState::queued);
  must(library->cancel_job(added.job_id));
  CHECK_FALSE(must(library->job_runs(added.job_id, next_worker)));
  const auto job = must(library->job(added.job_id));
  CHECK(job->attempts == 2);
  REQUIRE(job->error);
  CHECK(job->error->code == ErrorCode::network);
  CHECK(must(library->jobs({})).total == 1);
  CHECK(code_of(library->cancel_job(Uuid::v7(9))) == ErrorCode::not_found);
}

TEST_CASE("lists go on after their cursor, and refuse another") {
  TempDir dir;
  OpenLibrary library(dir);
  List expected;
  for (int i = 0; i < 7; ++i) {
    const std::string url = "https://example.org/" + std::to_string(i);
    must(library->add({url, {}, {}, {}, "auto", {}}));
    expected.insert(expected.begin(), url);
  }
  List seen;
  List job_urls;
  std::string after, job_after;
  for (int round = 0; round < 4; ++round) {
    const auto page = must(library->list({2, after, false}));
    CHECK(page.total == 7);
    for (const auto& link : page.items) seen.push_back(link.url);
    const auto jobs = must(library->jobs({2, job_after, {}}));
    for (const auto& job : jobs.items) job_urls.push_back(job.url);
    CHECK(page.next.has_value() == (round < 3));
    after = page.next.value_or("");
    job_after = jobs.next.value_or("");
  }
  CHECK(seen == expected);
  CHECK(job_urls == expected);
  for (const char* bad : {"x", "1", "1.x", ".", "1.2.3", "99999999999999999999.1"})
    CHECK(code_of(library->list({2, bad, false})) == ErrorCode::bad_request);
}

TEST_CASE("removing and restoring: links, snapshots, and a link that loses its only snapshot") {
  TempDir dir;
  OpenLibrary library(dir);
  const Taken first = take("https://example.org/", "one", "apple", library.clock.time);
  const auto link_id = library.keep(first).link_id;

  SECTION("undoing the only capture takes the link along, and restoring the link brings it back") {
    CHECK(must(library->remove({first.id})) == std::vector<Uuid>{first.id, link_id});
    CHECK(must(library->remove({first.id})).empty());
    CHECK(must(library->list({})).total == 0);
    CHECK(must(library->list({50, "", true})).items.at(0).snapshots.at(0).trashed_at);
    CHECK(library.found("apple").empty());
    CHECK(must(library->restore({link_id})) == std::vector<Uuid>{link_id, first.id});
    CHECK(library.found("apple").size() == 1);
    CHECK(must(library->list({})).items.at(0).snapshot_count == 1);
  }
  SECTION("of two snapshots one goes alone") {
    const Taken second = take("https://example.org/", "two", "pear", library.later());
    library.keep(second);
    CHECK(must(library->remove({second.id})) == std::vector<Uuid>{second.id});
    CHECK(must(library->link(link_id))->snapshot_count == 1);
    CHECK(must(library->link(link_id))->snapshots.size() == 2);
    CHECK(must(library->list({})).items.at(0).snapshots.size() == 1);
    CHECK(library.found("pear").empty());
    CHECK(library.found("apple").size() == 1);
    CHECK(must(library->restore({second.id})) == std::vector<Uuid>{second.id});
    CHECK(library.found("pear").size() == 1);
  }
  SECTION("a link in the trash that is captured again is restored") {
    must(library->remove({link_id}));
    CHECK(library.found("apple").empty());
    const Taken second = take("https://example.org/", "one", "pear", library.later());
    const auto committed = library.keep(second);
    CHECK_FALSE(committed.new_link);
    CHECK(committed.versions == 2);
    CHECK_FALSE(must(library->link(link_id))->trashed_at);
    CHECK(library.found("apple").size() == 1);
    CHECK(library.found("pear").size() == 1);
  }
  SECTION("a link in the trash that is added again is restored") {
    must(library->remove({link_id}));
    must(library->add({"https://example.org/", {}, {}, {}, "auto", {}}));
    CHECK(library.found("apple").size() == 1);
  }
  SECTION("a snapshot that is restored brings its link back") {
    must(library->remove({first.id}));
    CHECK(must(library->restore({first.id})) == std::vector<Uuid>{first.id, link_id});
    CHECK(library.found("apple").size() == 1);
  }
  SECTION("an unknown id changes nothing, also when known ones stand before it") {
    CHECK(code_of(library->remove({link_id, Uuid::v7(5)})) == ErrorCode::not_found);
    CHECK(must(library->list({})).total == 1);
    CHECK(library.found("apple").size() == 1);
  }
  SECTION("a text that two links share is found by the one that is left") {
    const Taken other = take("https://example.net/", "one", "apple", library.later());
    library.keep(other);
    CHECK(must(library->stats()).texts == 1);
    must(library->remove({link_id}));
    CHECK(library.found("apple") == List{"https://example.net/"});
  }
  CHECK(must(library->verify(true)).findings.empty());
}

TEST_CASE("tags are put on and taken off many links at once, or not at all") {
  TempDir dir;
  OpenLibrary library(dir);
  const Uuid one = must(library->add({"https://example.org/1", {}, {}, {}, "auto", {}})).link_id;
  const Uuid two = must(library->add({"https://example.org/2", {}, {}, {"Old"}, "auto", {}})).link_id;
  const auto links = must(library->retag({one, two}, {"Work/DB", "work/db", "a"}, {"old"}));
  REQUIRE(links.size() == 2);
  CHECK(links[0].tags == List{"a", "Work/DB"});
  CHECK(links[1].tags == List{"a", "Work/DB"});
  CHECK(library.found("tag:work").size() == 2);
  CHECK(code_of(library->retag({one, Uuid::v7(5)}, {"b"}, {})) == ErrorCode::not_found);
  CHECK(must(library->link(one))->tags == List{"a", "Work/DB"});
  CHECK(code_of(library->retag({one}, {"a//b"}, {})) == ErrorCode::bad_request);
}

TEST_CASE("a tag is renamed, merged and moved with everything below it") {
  TempDir dir;
  OpenLibrary library(dir);
  const Uuid one =
      must(library->add({"https://example.org/1", {}, {}, {"work", "work/db/pg"}, "auto", {}})).link_id;
  const Uuid two =
      must(library->add({"https://example.org/2", {}, {}, {"work/db", "home"}, "auto", {}})).link_id;
  const auto names = [&] {
    List list;
    for (const auto& tag : must(library->tags({"", 200, ""})).items)
      list.push_back(tag.path + "=" + std::to_string(tag.links));
    return list;
  };
  CHECK(names() == List{"home=1", "work=2", "work/db=2", "work/db/pg=1"});

  SECTION("rename") {
    CHECK(must(library->rename_tag("WORK", "Job")).links == 2);
    CHECK(names() == List{"home=1", "Job=2", "Job/db=2", "Job/db/pg=1"});
    CHECK(library.found("tag:job").size() == 2);
    CHECK(library.found("tag:work").empty());
  }
  SECTION("rename to another spelling of itself") {
    must(library->rename_tag("work", "Work"));
    CHECK(names() == List{"home=1", "Work=2", "Work/db=2", "Work/db/pg=1"});
  }
  SECTION("rename into its own subtree") {
    must(library->rename_tag("work", "work/old"));
    CHECK(names() == List{"home=1", "work/old=2", "work/old/db=2", "work/old/db/pg=1"});
  }
  SECTION("rename to what is there is a conflict, to nothing is refused") {
    CHECK(code_of(library->rename_tag("work", "home")) == ErrorCode::conflict);
    CHECK(code_of(library->rename_tag("work/db", "work")) == ErrorCode::conflict);
    CHECK(code_of(library->rename_tag("play", "x")) == ErrorCode::not_found);
    CHECK(code_of(library->rename_tag("work", "")) == ErrorCode::bad_request);
    CHECK(names() == List{"home=1", "work=2", "work/db=2", "work/db/pg=1"});
  }
  SECTION("merge") {
    CHECK(must(library->merge_tag("work/db", "home")).links == 2);
    CHECK(names() == List{"home=2", "home/pg=1", "work=1"});
    CHECK(must(library->link(two))->tags == List{"home"});
    CHECK(code_of(library->merge_tag("home", "nowhere")) == ErrorCode::not_found);
    CHECK(code_of(library->merge_tag("home", "home/pg")) == ErrorCode::bad_request);
  }
  SECTION("move") {
    CHECK(must(library->move_tag("work/db", "home")).path == "home/db");
    CHECK(names() == List{"home=2", "home/db=2", "home/db/pg=1", "work=1"});
    CHECK(must(library->move_tag("home/db", "")).path == "db");
    CHECK(must(library->link(one))->tags == List{"db/pg", "work"});
    CHECK(code_of(library->move_tag("db", "db/pg")) == ErrorCode::bad_request);
  }
  SECTION("a rename that makes a path too deep changes nothing") {
    std::string deep = "a";
    for (int i = 1; i < 15; ++i) deep += "/a";
    CHECK(code_of(library->rename_tag("work", deep)) == ErrorCode::too_large);
    CHECK(names() == List{"home=1", "work=2", "work/db=2", "work/db/pg=1"});
  }
  CHECK(must(library->verify(false)).findings.empty());
}

TEST_CASE("tag lists go on after their cursor") {
  TempDir dir;
  OpenLibrary library(dir);
  must(library->add({"https://example.org/1", {}, {}, {"b", "a/z", "a", "a-b"}, "auto", {}}));
  List seen;
  std::string after;
  do {
    const auto page = must(library->tags({"", 1, after}));
    CHECK(page.total == 4);
    for (const auto& tag : page.items) seen.push_back(tag.path);
    after = page.next.value_or("");
  } while (!after.empty());
  CHECK(seen == List{"a", "a/z", "a-b", "b"});
}

TEST_CASE("lookup tells the link and its likely doubles") {
  TempDir dir;
  OpenLibrary library(dir);
  const Uuid www = must(library->add({"https://www.example.org/a", {}, {}, {}, "auto", {}})).link_id;
  const auto lookup = must(library->lookup("https://example.org/a?utm_source=mail"));
  CHECK(lookup.canonical_url == "https://example.org/a");
  CHECK_FALSE(lookup.link);
  REQUIRE(lookup.possible_duplicates.size() == 1);
  CHECK(lookup.possible_duplicates[0].id == www);
  CHECK(must(library->lookup("https://www.example.org/a")).link->id == www);
  CHECK(code_of(library->lookup("not a url")) == ErrorCode::bad_request);
}

TEST_CASE("tag paths are trimmed, composed and folded, and refused when they are none") {
  using library::parse_tag_path;
  CHECK(must(parse_tag_path("  Work /\xC2\xA0"
                            "DB "))
            .path == "Work/DB");
  CHECK(must(parse_tag_path("  Work / DB ")).folded == "work/db");
  CHECK(must(parse_tag_path("e\xCC\x81")).path == "\xC3\xA9");
  CHECK(must(parse_tag_path("\xE6\x97\xA5\xE6\x9C\xAC")).folded == "\xE6\x97\xA5\xE6\x9C\xAC");
  for (const char* bad : {"", " ", "/", "a/", "/a", "a//b", "a/ /b", "a\nb", "a\x7F", "\xFF"})
    CHECK(code_of(parse_tag_path(bad)) == ErrorCode::bad_request);
  CHECK(code_of(parse_tag_path(std::string(100'000, 'a'))) == ErrorCode::too_large);
  CHECK(library::with_head_replaced("A/b/c", "a", "x/y") == "x/y/b/c");
  CHECK(library::with_head_replaced("A/b/c", "a/b/c", "x") == "x");
}

TEST_CASE("user names and passwords leave every kind of address") {
  using library::without_userinfo;
  CHECK(without_userinfo("https://u:p@h/x@y") == "https://h/x@y");
  CHECK(without_userinfo("ftp://u@h") == "ftp://h");
  CHECK(without_userinfo("https://a@b@h/") == "https://h/");
  CHECK(without_userinfo("https://h/?q=http://u:p@x") == "https://h/?q=http://u:p@x");
  CHECK(without_userinfo("data:text/plain,http://u:p@x") == "data:text/plain,http://u:p@x");
  CHECK(without_userinfo("about:blank") == "about:blank");
  CHECK(without_userinfo("").empty());
}
