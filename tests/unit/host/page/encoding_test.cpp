#include "page/encoding.h"

#include <string>

#include "support/catch.h"

using namespace keepleaf;

TEST_CASE("labels are those of the standard, in any letter case") {
  CHECK(page::encoding_name("utf8") == "UTF-8");
  CHECK(page::encoding_name(" Latin1\n") == "windows-1252");
  CHECK(page::encoding_name("SHIFT_JIS") == "Shift_JIS");
  CHECK(page::encoding_name("gb2312") == "GBK");
  CHECK(page::encoding_name("ks_c_5601-1987") == "EUC-KR");
  CHECK_FALSE(page::encoding_name("utf-7"));
  CHECK_FALSE(page::encoding_name(""));
}

TEST_CASE("legacy encodings are read as browsers read them") {
  struct Case {
    std::string_view encoding;
    std::string_view bytes;
    std::string_view text;
  };
  const Case cases[] = {
      {"Shift_JIS", "\x93\xFA\x96\x7B\x81\x60\xB1", "日本～ｱ"},
      {"Shift_JIS", "\x87\x40", "①"},
      {"EUC-JP", "\xC6\xFC\xCB\xDC", "日本"},
      {"ISO-2022-JP", "\x1B$BF|K\\\x1B(B!", "日本!"},
      {"GBK", "\xD6\xD0\xCE\xC4", "中文"},
      {"gb18030", "\x81\x30\x81\x30", "\xC2\x80"},
      {"Big5", "\xA4\xA4\xA4\xE5", "中文"},
      {"EUC-KR", "\xC7\xD1\xB1\xDB", "한글"},
      {"windows-1252", "\x80\xE9\x81", "€é\xC2\x81"},
      {"windows-1251", "\xCC\xE8\xF0", "Мир"},
      {"KOI8-R", "\xED\xC9\xD2", "Мир"},
      {"ISO-8859-2", "\xB3\xF3\xBC", "łóź"},
      {"ISO-8859-15", "\xA4", "€"},
      {"windows-874", "\xE4\xB7\xC2", "ไทย"},
      {"UTF-16LE",
       "\xFF\xFE"
       "a\0-N",
       "a中"},
      {"UTF-16BE", "N-", "中"},
      {"UTF-8",
       "\xEF\xBB\xBF"
       "a",
       "a"},
      {"replacement", "anything", "\xEF\xBF\xBD"},
  };
  for (const Case& c : cases) {
    INFO(c.encoding);
    std::string bytes(c.bytes);
    if (c.encoding == "UTF-16LE")
      bytes = std::string(
          "\xFF\xFE"
          "a\0-N",
          6);
    CHECK(page::decode(as_bytes(bytes), c.encoding) == c.text);
  }
}

TEST_CASE("what is invalid is marked and does not swallow what follows") {
  CHECK(page::valid_utf8("a\xFF"
                         "b") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(page::valid_utf8("\xE4\xB8") == "\xEF\xBF\xBD");
  CHECK(page::valid_utf8("\xE4\xB8<") == "\xEF\xBF\xBD<");
  CHECK(page::valid_utf8("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(page::valid_utf8("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(page::valid_utf8(std::string_view("a\0b", 3)) ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(page::valid_utf8("\xF0\x9F\x8D\x83") == "\xF0\x9F\x8D\x83");
  CHECK(page::decode(as_bytes("\x93<p>"), "Shift_JIS").ends_with("<p>"));
}

TEST_CASE("a document's encoding: mark, then header, then meta, then what the bytes are") {
  struct Case {
    std::string_view bytes;
    std::string_view type;
    std::string_view encoding;
  };
  const Case cases[] = {
      {"\xEF\xBB\xBF<meta charset=latin1>", "text/html; charset=latin1", "UTF-8"},
      {"<meta charset=big5>", "text/html; charset=\"gbk\"", "GBK"},
      {"<meta charset=big5>", "text/html; charset=nonsense", "Big5"},
      {"<meta charset='EUC-JP'>", "text/html", "EUC-JP"},
      {"<META content='text/html; charset=koi8-r' http-equiv=Content-Type>", "", "KOI8-R"},
      {"<meta content='text/html; charset=koi8-r'>", "", "UTF-8"},
      {"<!-- <meta charset=big5> --><meta charset=gbk>", "", "GBK"},
      {"<meta charset=utf-16>", "", "UTF-8"},
      {"<?xml version='1.0' encoding='shift_jis'?><html>", "application/xhtml+xml", "Shift_JIS"},
      {"plain", "", "UTF-8"},
      {"caf\xE9", "", "windows-1252"},
      {"caf\xC3\xA9", "", "UTF-8"},
      {"", "", "UTF-8"},
  };
  for (const Case& c : cases) {
    INFO(c.bytes << " | " << c.type);
    CHECK(page::decode_document(as_bytes(c.bytes), c.type).encoding == c.encoding);
  }
}

TEST_CASE("a stored document is UTF-8 whatever its text claims") {
  CHECK(page::decode_stored(as_bytes("<meta charset=shift_jis>日本"), "text/html") ==
        "<meta charset=shift_jis>日本");
  CHECK(page::decode_stored(as_bytes("caf\xE9"), "text/html; charset=latin1") == "café");
}

TEST_CASE("a sheet's encoding: mark, header, @charset, the document's") {
  const auto sheet = [](std::string_view bytes, std::string_view type, std::string_view around = "UTF-8") {
    return page::decode_sheet(as_bytes(bytes), type, around);
  };
  CHECK(sheet("\xEF\xBB\xBF"
              "a\xC3\xA9",
              "text/css; charset=latin1") == "aé");
  CHECK(sheet("@charset \"utf-8\";\xE9", "text/css; charset=latin1") == "@charset \"utf-8\";é");
  CHECK(sheet("@charset \"latin1\";\xE9", "text/css") == "@charset \"latin1\";é");
  CHECK(sheet("@charset 'latin1';\xE9", "text/css") == "@charset 'latin1';\xEF\xBF\xBD");
  CHECK(sheet("\xE9", "text/css", "windows-1252") == "é");
  CHECK(sheet("\xE9", "text/css", "nonsense") == "\xEF\xBF\xBD");
}
