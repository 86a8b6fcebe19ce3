#include "acquire/browser/answers.h"

#include "base/bytes.h"
#include "support/catch.h"

using namespace keepleaf;
using acquire::Answered;
using acquire::Answers;

namespace {

Answered with(const std::string& text) {
  Answered answer;
  answer.status = 200;
  const auto bytes = as_bytes(text);
  answer.bytes = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
  return answer;
}

Answered to(const std::string& url) {
  Answered answer;
  answer.status = 302;
  answer.redirect = url;
  return answer;
}

}  // namespace

TEST_CASE("an answer is found by its address, whatever the fragment") {
  Answers answers(100);
  answers.note("http://a/x#one", with("text"));
  const auto found = answers.find("http://a/x#two");
  REQUIRE(found.answer != nullptr);
  CHECK(found.url == "http://a/x");
  CHECK(found.answer->bytes->size() == 4);
  CHECK(answers.find("http://a/y").answer == nullptr);
}

TEST_CASE("redirects are followed, circles are not") {
  Answers answers(100);
  answers.note("http://a/1", to("http://a/2"));
  answers.note("http://a/2", to("http://b/3"));
  CHECK(answers.find("http://a/1").answer == nullptr);  // the page never came so far
  answers.note("http://b/3", with("end"));
  CHECK(answers.find("http://a/1").url == "http://b/3");
  answers.note("http://b/3", to("http://a/1"));
  CHECK(answers.find("http://a/1").url == "http://b/3");  // bytes stay
  Answers circle(100);
  circle.note("http://a/1", to("http://a/1"));
  CHECK(circle.find("http://a/1").answer == nullptr);
}

TEST_CASE("bytes beyond what may be held are forgotten, the answer is not") {
  Answers answers(6);
  answers.note("http://a/1", with("1234"));
  answers.note("http://a/2", with("567"));
  CHECK(answers.find("http://a/1").answer->bytes);
  REQUIRE(answers.find("http://a/2").answer != nullptr);
  CHECK(!answers.find("http://a/2").answer->bytes);
  answers.note("http://a/1", with("ab"));  // gives its room back
  answers.note("http://a/2", with("567"));
  CHECK(answers.find("http://a/2").answer->bytes);
}
