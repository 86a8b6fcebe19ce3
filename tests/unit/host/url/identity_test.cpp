// Canonical URLs against the contract's vectors, and what holds for all of them.
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/digest.h"
#include "support/catch.h"
#include "url/url.h"

using keepleaf::ErrorCode;
using keepleaf::Sha256;
using keepleaf::Uuid;
using keepleaf::url::identify;
using keepleaf::url::kMaxUrl;

namespace {

const nlohmann::json& vectors() {
  static const nlohmann::json loaded = [] {
    std::ifstream file(KEEPLEAF_TESTS_DIR "/contract/vectors/canonical-url.json");
    return nlohmann::json::parse(file);
  }();
  return loaded;
}

}  // namespace

TEST_CASE("every accepted vector has the canonical form and host that it names") {
  REQUIRE(vectors().at("accepted").size() >= 150);
  for (const auto& vector : vectors().at("accepted")) {
    const std::string given = vector.at("url");
    INFO(vector.at("why").get<std::string>() << ": " << given);
    const auto identity = identify(given);
    REQUIRE(identity);
    CHECK(identity->canonical == vector.at("canonical").get<std::string>());
    CHECK(identity->host == vector.at("host").get<std::string>());
    if (vector.contains("kept")) CHECK(identity->url == vector.at("kept").get<std::string>());
  }
}

TEST_CASE("every refused vector is refused with the code that it names") {
  REQUIRE(vectors().at("refused").size() >= 50);
  for (const auto& vector : vectors().at("refused")) {
    const std::string given = vector.at("url");
    INFO(vector.at("why").get<std::string>() << ": " << given);
    const auto identity = identify(given);
    REQUIRE_FALSE(identity);
    CHECK(keepleaf::error_code_name(identity.error().code) == vector.at("error").get<std::string>());
    CHECK_FALSE(identity.error().message.empty());
  }
}

TEST_CASE("a canonical URL is its own canonical URL, and so is what is kept") {
  for (const auto& vector : vectors().at("accepted")) {
    const std::string canonical = vector.at("canonical");
    INFO(canonical);
    const auto again = identify(canonical);
    REQUIRE(again);
    CHECK(again->canonical == canonical);
    const auto kept = identify(identify(vector.at("url").get<std::string>())->url);
    REQUIRE(kept);
    CHECK(kept->canonical == canonical);
  }
}

TEST_CASE("the link id is a version 8 UUID of the canonical URL's digest") {
  const auto identity = identify("HTTPS://user:pw@Example.COM:443/?utm_source=a#top");
  REQUIRE(identity);
  CHECK(identity->link_id == Uuid::v8(Sha256().update("keepleaf link 1https://example.com/").finish()));
  // Computed by sha256sum, so that a change of the rule is seen: printf 'keepleaf link 1https://example.com/'
  // | sha256sum
  CHECK(identity->link_id.str() == "12a7176c-f814-8f5b-bfe3-b50633aae57e");
}

TEST_CASE("no spelling of userinfo is kept anywhere") {
  for (const std::string given :
       {"https://user:canary@example.com/", "https:canary@example.com/",
        "https:\\/canary:canary@example.com?x", "https://canary@canary:canary@example.com#a",
        "  ht\ntps://can\nary:can\tary@example.com/", "https://can%61ry@example.com/"}) {
    INFO(given);
    const auto identity = identify(given);
    REQUIRE(identity);
    for (const std::string* text : {&identity->url, &identity->canonical, &identity->host}) {
      CHECK(text->find("can") == std::string::npos);
      CHECK(text->find('@') == std::string::npos);
    }
  }
}

TEST_CASE("a URL of 64 KiB is accepted and one byte more is too large") {
  const std::string start = "https://example.com/";
  const auto fits = identify(start + std::string(kMaxUrl - start.size(), 'a'));
  REQUIRE(fits);
  CHECK(fits->canonical.size() == kMaxUrl);
  const auto over = identify(start + std::string(kMaxUrl - start.size() + 1, 'a'));
  REQUIRE_FALSE(over);
  CHECK(over.error().code == ErrorCode::too_large);
}

TEST_CASE("a URL that grows over 64 KiB when it is escaped is too large") {
  const auto grown = identify("https://example.com/" + std::string(kMaxUrl / 2, '|'));
  REQUIRE_FALSE(grown);
  CHECK(grown.error().code == ErrorCode::too_large);
}

TEST_CASE("100 kB and 10 MB of URL are too large whatever they hold") {
  for (const char filling : {'a', ' ', '/', '@', '%', '\0', '\xff'}) {
    for (const std::size_t size : {100'000U, 10'000'000U}) {
      const auto identity = identify("https://example.com/" + std::string(size, filling) + "a");
      REQUIRE_FALSE(identity);
      CHECK(identity.error().code == ErrorCode::too_large);
    }
  }
}

TEST_CASE("bytes that are no UTF-8 are refused") {
  for (const std::string given :
       {"https://example.com/\xff", "https://ex\xc3.example/", "https://example.com/?\xed\xa0\x80"}) {
    const auto identity = identify(given);
    REQUIRE_FALSE(identity);
    CHECK(identity.error().code == ErrorCode::bad_request);
  }
}

TEST_CASE("an error never repeats the URL") {
  for (const std::string given :
       {"https://secret:secret@exa mple.com/", "https://secret.example:x/", "nothing/secret"}) {
    const auto identity = identify(given);
    REQUIRE_FALSE(identity);
    const auto& error = identity.error();
    CHECK((error.message + error.kept + error.next).find("secret") == std::string::npos);
  }
}

TEST_CASE("near duplicates are the other scheme, www and trailing slash in every combination") {
  const auto others = keepleaf::url::near_duplicates("https://example.com/a?b=c");
  CHECK(std::set<std::string>(others.begin(), others.end()) ==
        std::set<std::string>{"https://example.com/a/?b=c", "https://www.example.com/a?b=c",
                              "https://www.example.com/a/?b=c", "http://example.com/a?b=c",
                              "http://example.com/a/?b=c", "http://www.example.com/a?b=c",
                              "http://www.example.com/a/?b=c"});
}

TEST_CASE("near duplicates take www and the slash away as well as adding them") {
  const auto others = keepleaf::url::near_duplicates("http://www.example.com/a/");
  CHECK(std::count(others.begin(), others.end(), "https://example.com/a") == 1);
}

TEST_CASE(
    "near duplicates of the root change no slash, those of a port no scheme, those of an address no www") {
  using Set = std::set<std::string>;
  const auto near = [](const char* url) {
    const auto others = keepleaf::url::near_duplicates(url);
    return Set(others.begin(), others.end());
  };
  CHECK(near("https://example.com/") ==
        Set{"http://example.com/", "https://www.example.com/", "http://www.example.com/"});
  CHECK(near("https://example.com:8443/") == Set{"https://www.example.com:8443/"});
  CHECK(near("http://192.0.2.1/") == Set{"https://192.0.2.1/"});
  CHECK(near("http://[2001:db8::1]:81/a") == Set{"http://[2001:db8::1]:81/a/"});
  CHECK(near("http://localhost/") == Set{"https://localhost/"});
  CHECK(near("https://www.com/") == Set{"http://www.com/", "https://www.www.com/", "http://www.www.com/"});
  CHECK(near("file:///a").empty());
  CHECK(near("no url").empty());
}

TEST_CASE("near duplicates are canonical and never the URL itself") {
  for (const auto& vector : vectors().at("accepted")) {
    const std::string canonical = vector.at("canonical");
    for (const std::string& other : keepleaf::url::near_duplicates(canonical)) {
      INFO(canonical << " → " << other);
      CHECK(other != canonical);
      const auto identity = identify(other);
      REQUIRE(identity);
      CHECK(identity->canonical == other);
    }
  }
}
