// The formats of page/imports by their content: what is taken, what is said, and what broken input does.
#include "imports.h"
#include "page/imports/clean.h"
#include "page/imports/json_reader.h"
#include "page/imports/percent.h"

using namespace keepleaf;
using test::Found;
using test::found_in;
using List = std::vector<std::string>;

namespace {

const std::string kHead = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n";

std::string message_of(const Found& found) {
  REQUIRE_FALSE(found.status.has_value());
  return found.status.error().message;
}

}  // namespace

TEST_CASE("times are told by their size and shape") {
  CHECK(page::any_time("1600000000") == 1600000000000);
  CHECK(page::any_time(" 1600000000123 ") == 1600000000123);
  CHECK(page::any_time("1600000000123456") == 1600000000123);
  CHECK(page::any_time("13284473601000000") == 1640000001000);
  CHECK(page::any_time("2020-09-26T09:46:23.006313Z") == 1601113583006);
  CHECK(page::any_time("2023-04-05T06:07:08+0200") == 1680667628000);
  CHECK(page::any_time("2023-04-05 04:07:08") == 1680667628000);
  CHECK(page::any_time("2023-04-05") == 1680652800000);
  for (const char* none : {"", "0", "-5", "soon", "99999999999999999999", "2023-13-01", "20-1-1T"}) {
    INFO(none);
    CHECK_FALSE(page::any_time(none));
  }
}

TEST_CASE("names of folders become levels, lists of tags become paths") {
  CHECK(page::tag_level(" TCP/IP\n and  more ") == "TCP\xEF\xBC\x8FIP and more");
  CHECK(page::tag_path("/a// b /") == "a/b");
  CHECK(page::split_tags(" ,a, b/c ,,", ',') == List{"a", "b/c"});
  CHECK(page::percent_decoded_list("a%2Cb,50%25,x%2") == List{"a,b", "50%", "x%2"});
  CHECK(page::percent_encoded_tag("a,b%\n") == "a%2Cb%25%0A");
}

TEST_CASE("folders of a bookmark file are tags, also where tags are left out and lists never end") {
  const auto found = found_in(
      kHead +
      "<dl><p><dt><h3 add_date=1>Outer<dl><DT><a href=https://a.example/ tags=x,y/z>A &amp; <b>b</b>\n"
      "<dt><h3>In/ner</h3></dt><dl><dt><A HREF='https://b.example/' ADD_DATE=\"1600000000\">B</a>"
      "<dd>one<br>two</dl><dt><a href=\"https://c.example/\">https://c.example/</a></dl>"
      "<dt><a>no address</a><hr><dt><a href=https://d.example/>D");
  CHECK(found.format == "netscape");
  REQUIRE(found.status);
  REQUIRE(found.links.size() == 4);
  CHECK(found.links[0].title == "A & b");
  CHECK(found.links[0].tags == List{"x", "y/z", "Outer"});
  CHECK(found.links[1].tags == List{"Outer/In\xEF\xBC\x8Fner"});
  CHECK(found.links[1].created_at == 1600000000000);
  CHECK(found.links[1].note == "one\ntwo");
  CHECK(found.links[1].line == 3);
  CHECK(found.links[2].title.empty());
  CHECK(found.links[3].title == "D");
  REQUIRE(found.skipped.size() == 1);
  CHECK(found.skipped[0].subject == "no address");
  REQUIRE(found.changed.size() == 1);
  CHECK(found.changed[0].reason.find("still open") != std::string::npos);
  CHECK(found.lost.at("separator") == 1);
}

TEST_CASE("a bookmark file is read the same whatever lies where it is cut into pieces") {
  // Longer than several windows; entries of all lengths, with characters of several bytes and line ends of
  // two everywhere.
  std::string text = kHead + "<DL><p>\r\n";
  constexpr std::size_t kLinks = 9000;
  for (std::size_t i = 0; i < kLinks; ++i) {
    text += "<DT><A HREF=\"https://e.example/" + std::to_string(i) + "\" ICON=\"data:," +
            std::string(i % 211, 'x') + "\">題名" + std::string(i % 7, 'a') + "😀</A>\r\n";
    if (i % 10 == 0) text += "<DD>note " + std::to_string(i) + "\r\n";
  }
  text += "</DL>\r\n";
  const auto found = found_in(text);
  REQUIRE(found.status);
  REQUIRE(found.links.size() == kLinks);
  for (std::size_t i = 0; i < kLinks; ++i) {
    const auto& link = found.links[i];
    REQUIRE(link.url == "https://e.example/" + std::to_string(i));
    REQUIRE(link.title == "題名" + std::string(i % 7, 'a') + "😀");
    REQUIRE(link.note == (i % 10 == 0 ? "note " + std::to_string(i) : ""));
    REQUIRE(link.line == 3 + i + (i + 9) / 10);
  }
  CHECK(found.changed.empty());
}

TEST_CASE("text is in the encoding that it names, and refused where it names none and is not UTF-8") {
  const auto of = [](const std::string& bytes) { return found_in(kHead + bytes); };
  // "あ" in Shift_JIS, whose second byte is a letter in ASCII for others of its characters (表 = 95 5C).
  const auto japanese =
      of("<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=Shift_JIS\">\n"
         "<DL><DT><A HREF=\"https://j.example/\">\x95\x5C\x82\xA0</A></DL>");
  REQUIRE(japanese.links.size() == 1);
  CHECK(japanese.links[0].title == "表あ");
  const auto chinese =
      of("<meta charset=gbk><DL><DT><A HREF=\"https://c.example/\">\xD6\xD0\xCE\xC4</A></DL>");
  REQUIRE(chinese.links.size() == 1);
  CHECK(chinese.links[0].title == "中文");
  CHECK(message_of(of("<DL>\n<DT><A HREF=\"https://c.example/\">\xD6\xD0</A></DL>")).starts_with("line 3: "));

  // Declared, and broken in one place.
  const auto broken = of("<meta charset=utf-8>\n<DL><DT><A HREF=\"https://b.example/\">a\xFFz</A></DL>");
  REQUIRE(broken.links.size() == 1);
  CHECK(broken.links[0].title == "a\xEF\xBF\xBDz");
  REQUIRE(broken.changed.size() == 1);
  CHECK(broken.changed[0].line == 3);

  std::string wide;
  for (const char c : std::string("\xFF\xFE")) wide += c;
  for (const char c : kHead + "<DL><DT><A HREF=\"https://w.example/\">W</A></DL>") wide += c, wide += '\0';
  CHECK(found_in(wide).links.size() == 1);
  CHECK(found_in(wide.substr(2)).links.size() == 1);  // without its mark
}

TEST_CASE("what is none of the formats is said to be none") {
  for (const std::string& none : {std::string(), std::string("\x89PNG\r\n\x1A\n\0\0", 10),
                                  std::string("Hello there"), std::string("{\"a\":1}"), std::string("[]"),
                                  std::string("a,b,c\n1,2,3"), std::string("<p>page</p>")}) {
    const auto found = found_in(none);
    REQUIRE_FALSE(found.status);
    CHECK(found.status.error().code == ErrorCode::unsupported);
  }
}

TEST_CASE("cells of CSV may hold anything, and what can't be told apart is skipped") {
  const auto found = found_in(
      "\xEF\xBB\xBFtitle,url,time_added,tags,status\r\n"
      "\"a \"\"b\"\", \r\nc\",https://a.example/,1600000000,x|y,unread\r\n"
      "\r\n"
      "5\" disk,https://b.example/,,,archive\n"
      "one,two,https://c.example/,1,,unread\n"
      "short,https://d.example/\n"
      "no address\n"
      "last,https://e.example/,,,");
  CHECK(found.format == "pocket-csv");
  REQUIRE(found.status);
  REQUIRE(found.links.size() == 4);
  CHECK(found.links[0].title == "a \"b\", \nc");
  CHECK(found.links[0].tags == List{"x", "y"});
  CHECK(found.links[0].states == std::vector{page::LinkState::unread});
  CHECK(found.links[1].title == "5\" disk");
  CHECK(found.links[1].line == 5);
  CHECK(found.links[2].url == "https://d.example/");
  CHECK(found.links[3].title == "last");
  REQUIRE(found.skipped.size() == 2);
  CHECK(found.skipped[0].line == 6);
  CHECK(found.skipped[1].line == 8);

  CHECK(message_of(found_in("url,folder\nhttps://a.example/,x\n\"https://b.example/,y\nz\n"))
            .starts_with("line 3: "));
}

TEST_CASE("quotes behind a backslash end no cell of wallabag's") {
  const auto found = found_in(
      "Title;URL;Content;Tags;\"MIME Type\";Language;\"Creation date\"\n"
      "\"T\";https://a.example/;\"<p class=\\\"x\\\">a;b</p>\";\"p, q\";;;\"25/12/2023 08:30:00\"\n");
  CHECK(found.format == "wallabag-csv");
  REQUIRE(found.links.size() == 1);
  CHECK(found.links[0].tags == List{"p", "q"});
  CHECK(found.links[0].created_at == 1703493000000);
  CHECK(found.lost.at("text of a page") == 1);
}

TEST_CASE("JSON is read record by record, with lone surrogates mended and the line told where it breaks") {
  const std::string begin =
      R"({"bookmarks":[{"createdAt":1,"title":"a\ud83d","tags":["x\\ud83d","\ud83d\ude00"],)"
      R"("content":{"type":"link","url":"https://a.example/"},"note":null})";
  const auto found = found_in(begin + "]}");
  CHECK(found.format == "karakeep");
  REQUIRE(found.status);
  REQUIRE(found.links.size() == 1);
  CHECK(found.links[0].title == "a\xEF\xBF\xBD");
  CHECK(found.links[0].tags == List{"x\\ud83d", "😀"});

  CHECK(message_of(found_in(begin + ",\n\n{")) == "line 3: the file ends in the middle of its JSON");
  CHECK(message_of(found_in(begin + ",\n\"x")) == "line 2: the file ends in the middle of its JSON");
  CHECK(message_of(found_in(begin + "\n}")) == "line 2: this is not JSON");
  CHECK(message_of(found_in(begin + "]}\nmore")) == "line 2: this is not JSON");
  CHECK(message_of(found_in(begin + "],\n\"d\":" + std::string(70, '['))) ==
        "line 2: JSON nested more than 64 deep");
  const auto huge = found_in(begin + ",\n{\"note\":\"" + std::string(17 << 20, 'n') + "\"}]}");
  CHECK(message_of(huge) == "line 2: a value is longer than 16 MiB");
  const auto odd = found_in(begin + R"(,7,{"content":5,"title":[]},"x"]})");
  REQUIRE(odd.status);
  CHECK(odd.skipped.size() == 3);
}

TEST_CASE("escapes are mended wherever the text is cut into pieces") {
  std::string text = R"({"bookmarks":[)";
  for (int i = 0; i < 4000; ++i) {
    text += std::string(i > 0 ? "," : "") +
            R"({"createdAt":1,"tags":[],"content":{"url":"https://a.example/)" + std::to_string(i) +
            R"("},"title":")" + std::string(static_cast<std::size_t>(i % 13), 'a') +
            R"(\\\ud83d\ud83d\ude00\udc00\n"})";
  }
  text += "]}";
  const auto found = found_in(text);
  REQUIRE(found.status);
  REQUIRE(found.links.size() == 4000);
  for (int i = 0; i < 4000; ++i) {
    const auto padding = std::string(static_cast<std::size_t>(i % 13), 'a');
    REQUIRE(found.links[static_cast<std::size_t>(i)].title == padding + "\\\xEF\xBF\xBD😀\xEF\xBF\xBD\n");
  }
}

TEST_CASE("collections of Linkwarden lie in each other by id, also in a circle") {
  const auto found = found_in(R"({"collections":[
    {"links":[{"url":"https://a.example/","name":"A","collectionId":2,"tags":[{"name":"t"}]},
              {"url":null,"name":"file.pdf","collectionId":2,"tags":[]}],"id":2,"name":"in","parentId":1},
    {"id":1,"name":"out","parentId":null,"links":[]},
    {"id":3,"name":"x","parentId":4,"links":[{"url":"https://b.example/","name":"B","collectionId":3,"tags":[]}]},
    {"id":4,"name":"y","parentId":3,"links":[]}]})");
  CHECK(found.format == "linkwarden");
  REQUIRE(found.links.size() == 2);
  CHECK(found.links[0].tags == List{"out/in", "t"});
  CHECK_FALSE(found.links[1].tags.empty());
  CHECK(found.skipped.size() == 1);
}

TEST_CASE("our own lines must be whole") {
  const std::string head = "{\"keepleaf\":\"library\",\"version\":1}\n";
  const std::string link = "{\"type\":\"link\",\"url\":\"https://a.example/\",\"tags\":[\"a, b\"]}\n";
  const auto found =
      found_in(head + link + "{\"type\":\"snapshot\"}\n{\"type\":\"song\"}\n{\"type\":\"end\"}\n");
  CHECK(found.format == "jsonl");
  REQUIRE(found.status);
  REQUIRE(found.links.size() == 1);
  CHECK(found.links[0].tags == List{"a, b"});
  CHECK(found.skipped.size() == 1);
  CHECK(found.lost.size() == 1);
  CHECK(message_of(found_in(head + link)).find("cut off") != std::string::npos);
  CHECK(message_of(found_in(head + link.substr(0, 20))).starts_with("line 2: "));
  const auto newer = found_in("{\"keepleaf\":\"library\",\"version\":2}\n");
  CHECK(newer.status.error().code == ErrorCode::newer_format);
}

TEST_CASE("a list of addresses skips what is none and a line without end") {
  const auto found = found_in("# list\n\nhttps://a.example/ Title\tof it\r\nhttps://b.example/\n" +
                              std::string(3 << 20, 'x') + "\nhttps://c.example/");
  CHECK(found.format == "urls");
  REQUIRE(found.status);
  REQUIRE(found.links.size() == 3);
  CHECK(found.links[0].title == "Title\tof it");
  CHECK(found.links[2].line == 6);
  REQUIRE(found.skipped.size() == 1);
  CHECK(found.skipped[0].line == 5);
}

TEST_CASE("a list in Markdown, ours or not, gives its links") {
  const auto found = found_in(
      "# Awesome\n\n* [A \\[x\\]](https://a.example/p_(q)) - words `code` `#t`\n"
      "1. [B](<https://b.example/a b> \"title\") ``#x`y`` <!-- 2020-01-02T03:04:05Z -->\n"
      "   one\\\n   \\- two\n\n   three\n"
      "  - [C](https://c.example/)\n- no link\n[D](https://d.example/)\n- [broken](https://e.example/\n");
  CHECK(found.format == "markdown");
  REQUIRE(found.status);
  REQUIRE(found.links.size() == 3);
  CHECK(found.links[0].title == "A [x]");
  CHECK(found.links[0].url == "https://a.example/p_(q)");
  CHECK(found.links[0].tags == List{"t"});
  CHECK(found.links[1].url == "https://b.example/a b");
  CHECK(found.links[1].tags == List{"x`y"});
  CHECK(found.links[1].created_at == 1577934245000);
  CHECK(found.links[1].note == "one\n- two\n\nthree");
  CHECK(found.links[2].line == 9);
  CHECK(found.lost.at("text between the links") == 4);
}
