// Schedules, checks and conditions: when links are looked at again, what is kept of that, and what is said of
// the page.
#include <algorithm>
#include <map>

#include "fixture.h"
#include "library/period.h"
#include "store/schedules.h"
#include "support/catch.h"

using namespace keepleaf;
using namespace keepleaf::test;
using library::JobState;

namespace {

constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;

Uuid add(OpenLibrary& library, const std::string& url, const std::vector<std::string>& tags = {}) {
  return must(library->add({url, {}, {}, tags, "auto", {}})).link_id;
}

// Everything that is queued is done: only what is queued afterwards counts.
void finish_all(OpenLibrary& library) {
  const Uuid worker = Uuid::v7(1);
  while (const auto job = must(library->claim_job(worker)))
    must(library->finish_job(job->id, {JobState::done, {}, {}, 0, 0, false}));
}

std::string words(const std::string& word, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += word + std::to_string(i) + " ";
  return text;
}

// As the worker's engine sees the page; `at` makes the capture's id.
Taken fetched(const std::string& url, const std::string& title, const std::string& body, UnixMs at) {
  Taken taken = take(url, title, body, at);
  taken.page.engine = capture::Engine::fetch;
  return taken;
}

library::Condition condition(OpenLibrary& library, const Uuid& link) {
  const auto found = must(library->link(link));
  REQUIRE(found->condition);
  return *found->condition;
}

}  // namespace

TEST_CASE("periods are said as people say them") {
  CHECK(must(library::parse_period("daily")) == kDay);
  CHECK(must(library::parse_period("weekly")) == 7 * kDay);
  CHECK(must(library::parse_period("6h")) == 6 * kHour);
  CHECK(must(library::parse_period("3d")) == 3 * kDay);
  for (const char* bad : {"", "h", "0h", "-1h", "1.5h", "6", "6m", "6 h", "99999d", "sometimes"})
    CHECK(code_of(library::parse_period(bad)) == ErrorCode::bad_request);
  for (const char* text : {"daily", "weekly", "monthly", "6h", "3d"})
    CHECK(library::period_text(must(library::parse_period(text))) == text);
}

TEST_CASE("a thousand daily links do not start at once") {
  std::size_t most = 0;
  std::map<std::int64_t, std::size_t> by_hour;
  const UnixMs now = 1'800'000'000'000;
  for (int i = 0; i < 1000; ++i) {
    const auto id = Uuid::parse(sha256(as_bytes(std::to_string(i))).hex().substr(0, 8) + "-0000-8000-8000-" +
                                sha256(as_bytes(std::to_string(i))).hex().substr(8, 12));
    REQUIRE(id);
    const UnixMs next = store::next_visit(*id, kDay, now);
    CHECK(next > now);
    CHECK(next <= now + kDay);
    CHECK(store::next_visit(*id, kDay, next) == next + kDay);  // its own moment of every day
    most = std::max(most, ++by_hour[(next - now) / kHour]);
  }
  CHECK(by_hour.size() == 24);
  CHECK(most < 100);  // of about 42
}

TEST_CASE("a link's own schedule stands above its tags', and of those the most frequent counts") {
  TempDir dir;
  OpenLibrary library(dir);
  const Uuid plain = add(library, "https://a.example/");
  const Uuid tagged = add(library, "https://b.example/", {"news/local"});
  const Uuid both = add(library, "https://c.example/", {"news", "slow"});
  CHECK(must(library->schedule_tag("news", kDay)).links == 2);
  must(library->schedule_tag("slow", 7 * kDay));
  must(library->schedule_link(plain, 6 * kHour));
  CHECK(must(library->care_of(plain)).schedule->every_ms == 6 * kHour);
  CHECK(must(library->care_of(tagged)).schedule->tag == "news");
  CHECK(must(library->care_of(both)).schedule->every_ms == kDay);
  must(library->schedule_link(both, 30 * kDay));
  CHECK(must(library->care_of(both)).schedule->every_ms == 30 * kDay);
  CHECK(must(library->schedules({})).total == 4);
  CHECK(must(library->clear_schedule_of_link(both)));
  CHECK_FALSE(must(library->clear_schedule_of_link(both)));
  CHECK(must(library->care_of(both)).schedule->every_ms == kDay);
  CHECK(must(library->clear_schedule_of_tag("news")));
  CHECK_FALSE(must(library->care_of(tagged)).schedule);
  CHECK(code_of(library->schedule_link(plain, kHour - 1)) == ErrorCode::bad_request);
  CHECK(code_of(library->schedule_link(Uuid::v7(5), kDay)) == ErrorCode::not_found);
  CHECK(code_of(library->schedule_tag("nobody", kDay)) == ErrorCode::not_found);
}

TEST_CASE("what is due is queued once, however often it was missed, and not beside another job") {
  TempDir dir;
  OpenLibrary library(dir);
  const Uuid link = add(library, "https://a.example/");
  const Uuid busy = add(library, "https://b.example/");
  finish_all(library);
  must(library->schedule_link(link, kDay));
  must(library->schedule_link(busy, kDay));
  CHECK(must(library->queue_scheduled(false)) == 0);
  CHECK_FALSE(must(library->work_is_due()));
  add(library, "https://b.example/");  // a person asked for it: that job is left alone
  library.clock.time += 10 * kDay;
  CHECK(must(library->work_is_due()));
  CHECK(must(library->queue_scheduled(false)) == 1);
  CHECK(must(library->queue_scheduled(false)) == 0);
  const auto jobs = must(library->jobs({}));
  CHECK(jobs.items[0].kind == "check");
  // Missed by days: not at once with everything else that was missed, but within ten minutes.
  CHECK(*jobs.items[0].not_before > library.clock.time);
  CHECK(*jobs.items[0].not_before <= library.clock.time + 600'000);
  library.clock.time += 600'000;
  finish_all(library);
  CHECK(must(library->queue_scheduled(true)) == 2);
}

TEST_CASE("links in the trash and links that lost the tag are not looked at") {
  TempDir dir;
  OpenLibrary library(dir);
  const Uuid thrown = add(library, "https://a.example/", {"t"});
  const Uuid untagged = add(library, "https://b.example/", {"t"});
  finish_all(library);
  must(library->schedule_tag("t", kDay));
  must(library->remove({thrown}));
  must(library->retag({untagged}, {}, {"t"}));
  library.clock.time += 3 * kDay;
  CHECK(must(library->queue_scheduled(false)) == 0);
  const Uuid late = add(library, "https://c.example/", {"t"});
  finish_all(library);
  CHECK(must(library->queue_scheduled(false)) == 0);  // it has its place in the day from now on
  CHECK(must(library->care_of(late)).schedule->next_at > library.clock.time);
}

TEST_CASE("a check stores nothing when neither the text nor a picture changed") {
  TempDir dir;
  OpenLibrary library(dir);
  const std::string url = "https://a.example/", body = words("word", 120);
  Taken first = fetched(url, "A", body, library.later());
  first.items.push_back({"image", bytes_of("pixels"), "image/png"});
  const auto kept = library.keep(first);

  // Another nonce, another sheet, other white space: the same page.
  Taken same = fetched(url, "A", "<script nonce=2></script>  " + body, library.later());
  same.items.push_back({"image", bytes_of("pixels"), "image/png"});
  same.items.push_back({"stylesheet", bytes_of("p{}"), "text/css"});
  const auto unchanged = must(same.send(library->checks()));
  CHECK_FALSE(unchanged.kept);
  CHECK(unchanged.snapshot_id == kept.snapshot_id);
  CHECK(must(library->link(kept.link_id))->snapshot_count == 1);
  CHECK(must(library->staged()).empty());
  CHECK(must(library->care_of(kept.link_id)).checks.at(0).outcome == "unchanged");

  SECTION("a person's own capture always makes a version") {
    Taken again = fetched(url, "A", body, library.later());
    CHECK(library.keep(again).kept);
    CHECK(must(library->link(kept.link_id))->snapshot_count == 2);
  }
  SECTION("another picture is a change") {
    Taken other = fetched(url, "A", body, library.later());
    other.items.push_back({"image", bytes_of("other pixels"), "image/png"});
    CHECK(must(other.send(library->checks())).kept);
    CHECK(must(library->care_of(kept.link_id)).checks.at(0).outcome == "kept");
  }
  SECTION("another word is a change") {
    Taken other = fetched(url, "A", body + " more", library.later());
    other.items.push_back({"image", bytes_of("pixels"), "image/png"});
    CHECK(must(other.send(library->checks())).kept);
    CHECK(must(library->link(kept.link_id))->snapshot_count == 2);
  }
  SECTION("the same check twice leaves one row") {
    REQUIRE_FALSE(must(same.send(library->checks())).kept);
    CHECK(must(library->care_of(kept.link_id)).checks.size() == 1);
  }
}

TEST_CASE("a check does not put an error page in front of the page, and says what it found") {
  TempDir dir;
  OpenLibrary library(dir);
  const std::string url = "https://a.example/story";
  const auto kept = library.keep(fetched(url, "Story", words("word", 120), library.later()));
  CHECK(condition(library, kept.link_id).state == "ok");
  const auto lost =
      must(fetched(url, "Page not found", "The page you requested could not be found.", library.later())
               .send(library->checks()));
  CHECK_FALSE(lost.kept);
  CHECK(must(library->link(kept.link_id))->snapshot_count == 1);
  auto now = condition(library, kept.link_id);
  CHECK(now.state == "error_page");
  REQUIRE(now.signs.size() >= 2);
  CHECK(now.signs[0].name == "title");
  CHECK(now.signs[0].value == "Page not found");
  CHECK(library.found("is:broken") == std::vector<std::string>{url});
  CHECK(must(library->care_of(kept.link_id)).checks.at(0).outcome == "not_kept");

  SECTION("it came back") {
    CHECK_FALSE(
        must(fetched(url, "Story", words("word", 120), library.later()).send(library->checks())).kept);
    CHECK(condition(library, kept.link_id).state == "ok");
    CHECK(library.found("is:broken").empty());
  }
  SECTION("a person captured it in their own browser") {
    library.keep(take(url, "Story", words("word", 120), library.later()));
    CHECK(condition(library, kept.link_id).state == "ok");
  }
  SECTION("what was kept as an error page is nothing to compare with") {
    library.keep(
        fetched(url, "Page not found", "The page you requested could not be found.", library.later()));
    must(fetched(url, "Page not found", "The page you requested could not be found.", library.later())
             .send(library->checks()));
    CHECK(condition(library, kept.link_id).state == "error_page");
  }
}

TEST_CASE("a redirect for good is told, with where it leads") {
  TempDir dir;
  OpenLibrary library(dir);
  Taken moved = fetched("https://a.example/story", "Story", words("word", 120), library.later());
  moved.page.redirects = {"https://b.example/story"};
  moved.page.moved_for_good = true;
  const auto kept = library.keep(moved);
  CHECK(condition(library, kept.link_id).state == "moved");
  CHECK(condition(library, kept.link_id).target == "https://b.example/story");
}

TEST_CASE("a job that failed says what became of the page; a host without an address is gone after a day") {
  TempDir dir;
  OpenLibrary library(dir);
  const Uuid link = add(library, "https://a.example/");
  const Uuid worker = Uuid::v7(1);
  const auto fail_with = [&](ErrorCode code, int status, bool no_such_host) {
    const auto job = must(library->claim_job(worker));
    REQUIRE(job);
    must(library->finish_job(job->id, {JobState::failed, {}, Error{code, "No."}, 0, status, no_such_host}));
    must(library->retry_job(job->id));
  };
  fail_with(ErrorCode::no_space, 0, false);
  CHECK_FALSE(must(library->link(link))->condition);  // that says nothing of the page
  fail_with(ErrorCode::http_status, 410, false);
  CHECK(condition(library, link).state == "gone");
  CHECK(condition(library, link).signs[0].value == "410");
  fail_with(ErrorCode::network, 0, true);
  CHECK(condition(library, link).state == "unreachable");
  const UnixMs since = library.clock.time;
  library.clock.time += kDay / 2;
  fail_with(ErrorCode::network, 0, true);
  CHECK(condition(library, link).state == "unreachable");
  library.clock.time += kDay / 2;
  fail_with(ErrorCode::network, 0, true);
  CHECK(condition(library, link).state == "gone");
  CHECK(condition(library, link).since == since);
  fail_with(ErrorCode::network, 0, false);
  CHECK(condition(library, link).state == "unreachable");
}

TEST_CASE("jobs are tried again, all at once are cancelled, and what runs on by itself does no harm") {
  TempDir dir;
  OpenLibrary library(dir);
  const Uuid worker = Uuid::v7(1);
  add(library, "https://a.example/");
  add(library, "https://b.example/");
  const auto job = must(library->claim_job(worker));
  CHECK(code_of(library->retry_job(job->id)) == ErrorCode::conflict);
  CHECK(must(library->job_runs(job->id, worker)));
  must(library->cancel_job(job->id));
  CHECK_FALSE(must(library->job_runs(job->id, worker)));
  CHECK(must(library->retry_job(job->id)).state == JobState::queued);
  // The first run ends after that: the job is queued all the same.
  must(library->finish_job(job->id, {JobState::failed, {}, Error{ErrorCode::network, "No."}, 0, 0, false}));
  CHECK(must(library->job(job->id))->state == JobState::queued);
  CHECK(must(library->cancel_all_jobs()) == 2);
  CHECK(must(library->job_counts()).cancelled == 2);
  CHECK(must(library->jobs({10, "", JobState::queued})).items.empty());
  CHECK(must(library->jobs({1, "", JobState::cancelled})).total == 2);

  must(library->retry_job(job->id));
  REQUIRE(must(library->claim_job(worker)));
  must(library->finish_job(job->id, {JobState::failed, {}, Error{ErrorCode::network, "No."}, 0, 0, false}));
  add(library, job->url);  // a newer one of the same link
  CHECK(must(library->retry_failed_jobs()) == 0);
  CHECK(code_of(library->retry_job(Uuid::v7(77))) == ErrorCode::not_found);
}

TEST_CASE("a job for a host that rests is passed over") {
  TempDir dir;
  OpenLibrary library(dir);
  const Uuid worker = Uuid::v7(1);
  add(library, "https://a.example/1");
  add(library, "https://b.example/1");
  CHECK(must(library->claim_job(worker, {"a.example"}))->url == "https://b.example/1");
  CHECK_FALSE(must(library->claim_job(worker, {"a.example"})));
  CHECK_FALSE(must(library->next_job_due({"a.example", "b.example"})));
  CHECK(must(library->claim_job(worker, {}))->url == "https://a.example/1");
}
