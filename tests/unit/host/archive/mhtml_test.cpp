// MHTML as Chromium and others write it.
#include "archive/limits.h"
#include "archive_fixture.h"

namespace keepleaf::test {
namespace {

std::string mhtml(const std::string& parts, const std::string& more = "") {
  return "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://e.example/dir/page\r\n"
         "Subject: =?utf-8?Q?caf=C3=A9_=E2=98=95?=\r\nDate: Thu, 02 Jan 2020 03:04:05 +0100\r\n"
         "MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n"
         "\tboundary=\"--B--\"\r\n" +
         more + "\r\n\r\n" + parts + "----B----\r\n";
}
std::string part(const std::string& head, const std::string& body) {
  return "----B--\r\n" + head + "\r\n\r\n" + body + "\r\n";
}

}  // namespace

TEST_CASE("Chromium's MHTML comes in: document, frame by cid, sheet, image", "[mhtml]") {
  const Imported imported(
      mhtml(part("Content-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\nContent-Transfer-Encoding: "
                 "quoted-printable\r\nContent-Location: https://e.example/dir/page",
                 "<html lang=3D\"fr\"><link rel=3Dstylesheet href=3D\"cid:css-1@mhtml.blink\"><p>caf=C3=A9 "
                 "is =\r\nlong"
                 "<img src=3D\"../i.png\"><iframe src=3D\"cid:frame-2@mhtml.blink\"></iframe>") +
            part("Content-Type: text/css\r\nContent-Transfer-Encoding: quoted-printable\r\n"
                 "Content-Location: cid:css-1@mhtml.blink\r\nContent-ID: <css-1@mhtml.blink>",
                 "@charset \"utf-8\";=0Ap { background: url(\"https://e.example/i.png\"); }") +
            part("Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Location: "
                 "https://e.example/i.png",
                 "iVBORw0K\r\nGgo=") +
            part("Content-Type: text/html\r\nContent-ID: <frame-2@mhtml.blink>\r\nContent-Transfer-Encoding: "
                 "binary\r\n"
                 "Content-Location: https://other.example/f",
                 "<p>in the frame")));
  CHECK(imported.result.format == "mhtml");
  const auto& page = imported.page();
  CHECK(page.page.url == "https://e.example/dir/page");
  CHECK(page.page.title == "café ☕");
  CHECK(page.page.language == "fr");
  CHECK(page.page.taken_at == parse_time("2020-01-02T02:04:05Z"));
  REQUIRE(page.parts.size() == 4);
  CHECK(page.parts.at(1).role == "stylesheet");
  CHECK(imported.part("https://e.example/i.png").role == "image");
  const auto frame = imported.part("https://other.example/f");
  CHECK(frame.role == "frame");
  const std::string html = imported.bytes(0);
  CHECK(html.find("café is long") != std::string::npos);
  CHECK(html.find("src=\"keepleaf-part:" + std::to_string(frame.n) + "\"") != std::string::npos);
  CHECK(html.find("cid:") == std::string::npos);
  CHECK(imported.bytes(frame.n).find("in the frame") != std::string::npos);
  CHECK(imported.bytes(imported.part("https://e.example/i.png").n) == "\x89PNG\r\n\x1a\n");
}

TEST_CASE("multiparts in multiparts are taken apart, up to a depth", "[mhtml][limits]") {
  const auto nested = [](std::uint32_t levels) {
    std::string text = "From: x\r\nMIME-Version: 1.0\r\nSnapshot-Content-Location: https://e.example/\r\n";
    for (std::uint32_t i = 0; i < levels; ++i) {
      text += "Content-Type: multipart/related; boundary=b" + std::to_string(i) + "x\r\n\r\n--b" +
              std::to_string(i) + "x\r\n";
    }
    text += "Content-Type: text/html\r\n\r\n<p>deep\r\n";
    for (std::uint32_t i = levels; i-- > 0;) text += "--b" + std::to_string(i) + "x--\r\n";
    return text;
  };
  CHECK(Imported(nested(archive::kLimits.multipart_depth)).bytes(0).find("deep") != std::string::npos);
  CHECK(Imported(nested(archive::kLimits.multipart_depth + 1)).refused() == ErrorCode::too_large);
}

TEST_CASE("an inner multipart that is never closed ends with the outer one", "[mhtml]") {
  const Imported imported(
      "From: x\r\nMIME-Version: 1.0\r\nSnapshot-Content-Location: https://e.example/\r\n"
      "Content-Type: multipart/related; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/alternative; "
      "boundary=i\r\n"
      "\r\n--i\r\nContent-Type: text/html\r\n\r\n<img src=a.png>\r\n--o\r\nContent-Type: image/png\r\n"
      "Content-Location: https://e.example/a.png\r\n\r\npng\r\n--o--\r\n");
  CHECK(imported.bytes(imported.part("https://e.example/a.png").n) == "png");
}

TEST_CASE("an MHTML file that is cut off is refused wherever that is", "[mhtml][hostile]") {
  const std::string whole =
      mhtml(part("Content-Type: text/html", "<p>text") + part("Content-Type: image/png", "x"));
  CHECK_FALSE(Imported(whole).result.error);
  for (std::size_t size = whole.find("----B--"); size + 5 < whole.size(); size += 5) {
    CAPTURE(size);
    CHECK(Imported(whole.substr(0, size)).refused() == ErrorCode::corrupt);
  }
}

TEST_CASE("headers beyond the limit are refused", "[mhtml][limits]") {
  const auto with_head = [](std::size_t size) {
    const std::string first = "X: " + std::string(size - 3 - 24 - 3, 'x');
    return mhtml(part("Content-Type: text/html\r\n" + first, "<p>text"));
  };
  CHECK_FALSE(Imported(with_head(archive::kLimits.head)).result.error);
  CHECK(Imported(with_head(archive::kLimits.head + 40)).refused() == ErrorCode::too_large);
}

}  // namespace keepleaf::test
