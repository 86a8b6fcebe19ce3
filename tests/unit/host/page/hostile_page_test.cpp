// Pages that want to run, load or break out.
#include <string>

#include "fake_snapshot.h"
#include "harmless.h"
#include "page/document.h"
#include "support/catch.h"

using namespace keepleaf;
using test::FakeSnapshot;
using test::harm_in;

namespace {

std::string shown(std::string_view html, std::string_view type = "text/html") {
  FakeSnapshot snapshot;
  snapshot.add("document", "https://example.org/", type, html);
  snapshot.add("frame", "https://example.org/self", "text/html", html);
  const auto result = page::self_contained(snapshot, page::Purpose::download);
  REQUIRE(result);
  return std::string(as_text(result->bytes));
}

}  // namespace

TEST_CASE("the check that these tests rely on finds harm") {
  for (const std::string_view html :
       {"<script>1</script>", "<img src=https://e/x>", "<p onclick=x>", "<a href='javascript:1'>",
        "<style>@import 'x';</style>", "<style>a{b:url(http://x)}</style>", "<iframe src=x sandbox></iframe>",
        "<iframe srcdoc='<script>'></iframe>", "<meta http-equiv=refresh content=1>",
        "<link rel=stylesheet href=x>", "<base href=x>", "<svg><image href='http://x'/></svg>",
        "<img srcset='http://x 1x'>", "<form action=x>", "<video poster=http://x>",
        "<svg><style><img src=x></style></svg>", "<p style='background:url(//x)'>",
        "<link rel=preload href=x>"}) {
    INFO(html);
    CHECK_FALSE(harm_in(html).empty());
  }
  CHECK(harm_in("<p>fine<img src=data:,x><a href=https://e/>x</a>").empty());
}

TEST_CASE("nothing of a hostile page runs or loads") {
  const std::string_view cases[] = {
      // scripts
      "<script>1</script>",
      "<script src=//e/x></script>",
      "<SCRIPT/x>1</SCRIPT >",
      "<svg><script>1</script></svg>",
      "<svg><script href=//e/x />",
      "<script><!--<script></script>--></script><img src=//e/x>",
      "<scr<script>ipt>1</script>",
      "<<script>1</script>",
      "<script",
      "<script src=//e/x",
      "<script>1",
      "<img <script>1</script>>",
      "<math><script>1</script></math>",
      "<template><script>1</script></template>",
      "</script><script>1</script>",
      "<script>//</script\n>1</script>",
      "<noscript><script>1</script></noscript>",
      "<script\0>1</script>",
      // handlers
      "<p onclick=1>",
      "<p ONCLICK='1'>",
      "<p\fonclick=1>",
      "<p/onclick=1>",
      "<svg onload=1>",
      "<body onload=1>",
      "<p x='' onclick=1>",
      "<p x=\"\"onclick=1>",
      "<p =onclick=1>",
      "<p \"onclick=1>",
      "<p 'onclick=1>",
      "<p `onclick=1>",
      "<x-y onclick=1>",
      "<details ontoggle=1 open>",
      "<img src=x onerror=1 onerror=2>",
      // javascript:
      "<a href=javascript:1>",
      "<a href='java\nscript:1'>",
      "<a href=' \x01javascript:1'>",
      "<a href=&#106;avascript:1>",
      "<a href=javascript&colon;1>",
      "<a href='java&Tab;script:1'>",
      "<a href=vbscript:1>",
      "<a href=data:text/html,x>",
      "<svg><a xlink:href=javascript:1>",
      "<area href=JaVaScRiPt:1>",
      "<form action=javascript:1>",
      "<button formaction=javascript:1>",
      "<iframe src=javascript:1>",
      "<object data=javascript:1>",
      "<embed src=javascript:1>",
      "<math><a href=javascript:1>",
      "<math href=javascript:1>x</math>",
      "<a href=blob:https://e/1>",
      "<svg><a><animate attributeName=href values=javascript:1 /></a></svg>",
      "<svg><a><set attributeName=xlink:href to=javascript:1 /></a></svg>",
      "<svg><image><set attributeName=' HREF ' to=//e/x /></image></svg>",
      // what our script would give another name
      "<keepleaf-as-a href=javascript:1>",
      "<keepleaf-as-form action=//e/x>",
      "<keepleaf-as-table background=//e/x>",
      "<keepleaf-as-img src=//e/x>",
      "<keepleaf-as-keepleaf-as-a href=javascript:1>",
      "<keepleaf-as-iframe srcdoc='<script>1</script>'>",
      // loading
      "<img src=//e/x>",
      "<img srcset='//e/x 1x'>",
      "<img src=x lowsrc=//e/x dynsrc=//e/y>",
      "<input type=image src=//e/x>",
      "<video src=//e/x poster=//e/y autoplay>",
      "<audio src=//e/x>",
      "<track src=//e/x>",
      "<source src=//e/x srcset=//e/y>",
      "<embed src=//e/x>",
      "<object data=//e/x></object>",
      "<applet code=x archive=//e/x>",
      "<iframe src=//e/x></iframe>",
      "<frameset><frame src=//e/x></frameset>",
      "<link rel=stylesheet href=//e/x>",
      "<link rel=preload href=//e/x as=image>",
      "<link rel='prefetch stylesheet' href=//e/x>",
      "<link rel=dns-prefetch href=//e>",
      "<link rel=next href=//e/x>",
      "<link rel=manifest href=//e/x>",
      "<link rel=icon href=//e/x>",
      "<link rel=modulepreload href=//e/x>",
      "<body background=//e/x>",
      "<table background=//e/x><td background=//e/y>",
      "<bgsound src=//e/x>",
      "<image src=//e/x>",
      "<svg><image href=//e/x xlink:href=//e/y /></svg>",
      "<svg><use href=//e/x#y /></svg>",
      "<svg><feImage href=//e/x /></svg>",
      "<svg><filter><feImage xlink:href=//e/x></filter>",
      "<svg><linearGradient href=//e/x#y />",
      "<svg fill='url(//e/x#y)'>",
      "<svg><rect mask='u\\72l(//e/x)' /></svg>",
      "<svg><animate attributeName=fill values='url(//e/x)' /></svg>",
      "<p style='background:url(//e/x)'>",
      "<p style='background:u&#x5c;72l(//e/x)'>",
      "<style>a{b:url(//e/x)}</style>",
      "<style>@import '//e/x';</style>",
      "<style>@import url(//e/x)</style>",
      "<style>a{b:image-set('//e/x' 1x)}</style>",
      "<svg><style>a{b:url(//e/x)}</style></svg>",
      "<svg><style><![CDATA[@import '//e/x';]]></style></svg>",
      "<svg><style>&#64;import '//e/x';</style></svg>",
      "<a href=/ ping=//e/x>",
      "<html manifest=//e/x>",
      "<portal src=//e/x></portal>",
      "<fencedframe src=//e/x>",
      "<img src=data:,x attributionsrc=//e/x>",
      "<template shadowrootmode=open><img src=//e/x></template>",
      "<menuitem icon=//e/x>",
      "<p background=//e/x>",
      // pragmas
      "<meta http-equiv=refresh content='0;url=//e/x'>",
      "<meta http-equiv=' refresh' content=0>",
      "<meta HTTP-EQUIV=set-cookie content=x>",
      "<meta http-equiv=content-security-policy content='img-src *'>",
      "<base href=//e/>",
      "<meta charset=utf-7>",
      "<meta http-equiv=content-type content='text/html;charset=utf-7'>",
      // what one reader takes for text and another for tags
      "<noscript><p title='</noscript><img src=//e/x onerror=1>'></noscript>",
      "<style><!--</style><img src=//e/x>--></style>",
      "<title><!--</title><img src=//e/x>--></title>",
      "<textarea><img title='</textarea><img src=//e/x>'></textarea>",
      "<xmp><img src=//e/x></xmp>",
      "<noembed><img src=//e/x></noembed>",
      "<noframes><img src=//e/x></noframes>",
      "<plaintext><img src=//e/x>",
      "<iframe><img src=//e/x></iframe>",
      "<iframe srcdoc='&lt;img src=//e/x onerror=1>'></iframe>",
      "<iframe srcdoc='&lt;iframe srcdoc=\"&amp;lt;script>1&amp;lt;/script>\">'></iframe>",
      "<svg><title><style><img title='</style><img src=//e/x>'></style></title></svg>",
      "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=//e/x&gt;'>",
      "<form><math><mtext></form><form><mglyph><style></math><img src=//e/x onerror=1>",
      "<svg></p><style><a id='</style><img src=//e/x onerror=1>'>",
      "<select><style></select><img src=//e/x></style>",
      "<select><template><style></select><img src=//e/x></style></template></select>",
      "<table><style><!--</style><img src=//e/x>",
      "<svg><![CDATA[><img src=//e/x>]]></svg>",
      "<![CDATA[><img src=//e/x>]]>",
      "<!--><img src=//e/x>-->",
      "<!---><img src=//e/x>-->",
      "<!--x--!><img src=//e/x>-->",
      "<!-- <img src=//e/x>",
      "<!doctype html [<!ENTITY x '><img src=//e/x>'>]>",
      "<?xml-stylesheet href='//e/x'?>",
      "<? ><img src=//e/x>?>",
      "</ ><img src=//e/x>",
      "<!><img src=//e/x>",
      "<<!-- -->script>1</script>",
      "&lt;script>1",
      "<a title='<img src=//e/x>'>",
      "<a title=<img src=//e/x>>",
      "<p x=\"&quot;><img src=//e/x>\">",
      "<svg><foreignObject><style></foreignObject><img src=//e/x>",
      "<math><annotation-xml encoding='text/html'><style><img src=//e/x></style></annotation-xml></math>",
      "<svg><desc><noscript><img title='</noscript><img src=//e/x>'></noscript></desc></svg>",
      "<frameset></frameset><img src=//e/x>",
      "<object><object data=//e/x></object><img src=//e/x></object>",
      "<a><a href=//e/x ping=//e/y></a></a>",
  };
  for (const std::string_view html : cases) {
    INFO(html);
    const std::string out = shown(html);
    INFO(out);
    CHECK(harm_in(out) == "");
    const std::string xml = shown(html, "application/xhtml+xml");
    INFO(xml);
    CHECK(harm_in(xml) == "");
  }
}

TEST_CASE("parts that are hostile where a page uses them stay harmless") {
  FakeSnapshot snapshot;
  snapshot.add(
      "document", "https://e/", "text/html",
      "<img src=/svg><object data=/svg></object><embed src=/svg><object data=/html></object><img src=/html>"
      "<link rel=stylesheet href=/css><iframe src=/svg></iframe><iframe src=keepleaf-part:0></iframe>"
      "<iframe src=keepleaf-part:4></iframe><iframe src=keepleaf-part:99></iframe><iframe "
      "src=keepleaf-part:-1>"
      "</iframe><input type=image src='keepleaf-part:2'><style>@import 'keepleaf-part:3';</style>");
  snapshot.add("image", "https://e/svg", "image/svg+xml",
               "<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>");
  snapshot.add("frame", "https://e/html", "text/html;\"><script>", "<script>1</script><img src=//e/x>");
  snapshot.add("stylesheet", "https://e/css", "text/css",
               "@import '/css';@import 'b';</style><script>1</script>");
  snapshot.add("frame", "https://e/4", "text/html",
               "<iframe src=keepleaf-part:4></iframe><iframe src=keepleaf-part:0>");
  for (const auto purpose : {page::Purpose::replay, page::Purpose::download}) {
    const auto result = page::self_contained(snapshot, purpose);
    REQUIRE(result);
    CHECK(harm_in(as_text(result->bytes)) == "");
  }
}

TEST_CASE("circles of frames and of imports end") {
  FakeSnapshot snapshot;
  snapshot.add("document", "https://e/", "text/html",
               "<iframe src=a></iframe><link rel=stylesheet href=1.css>");
  snapshot.add("frame", "https://e/a", "text/html", "<iframe src=b></iframe><iframe src=b></iframe>");
  snapshot.add("frame", "https://e/b", "text/html", "<iframe src=a></iframe><iframe src=./></iframe>");
  snapshot.add("stylesheet", "https://e/1.css", "text/css", "@import '2.css';@import '2.css';a{}");
  snapshot.add("stylesheet", "https://e/2.css", "text/css", "@import '1.css';@import '2.css';b{}");
  const auto result = page::self_contained(snapshot, page::Purpose::replay);
  REQUIRE(result);
  const std::string html(as_text(result->bytes));
  CHECK(html.find("b{}\nb{}\na{}") != std::string::npos);
  CHECK(html.size() < 10'000);
}

TEST_CASE("parts that multiply each other are stopped") {
  FakeSnapshot snapshot;
  std::string tenfold;
  snapshot.add("document", "https://e/", "text/html", "<link rel=stylesheet href=0><iframe src=f0></iframe>");
  for (int level = 0; level < 11; ++level) {
    const std::string next = std::to_string(level + 1);
    std::string css;
    std::string html;
    for (int i = 0; i < 10; ++i) {
      css += "@import '" + next + "';";
      html += "<iframe src=f" + next + "></iframe>";
    }
    snapshot.add("stylesheet", "https://e/" + std::to_string(level), "text/css", css + "a{b:c}");
    snapshot.add("frame", "https://e/f" + std::to_string(level), "text/html", html);
  }
  const auto result = page::self_contained(snapshot, page::Purpose::replay);
  REQUIRE(result);
  CHECK(result->bytes.size() < (64U << 20));
}

TEST_CASE("sizes that no page has are survived") {
  const auto many = [](std::string_view piece, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += piece;
    return out;
  };
  const std::size_t size = 1 << 20;
  for (const std::string& html : {"<p title='" + many("x", size) + "'>",
                                  "<p " + many("x=1 ", size) + ">",
                                  "<p " + many("a", size) + "=1>",
                                  "<img srcset='" + many("//e/x 1x,", size) + "'>",
                                  "<" + many("a", size) + ">",
                                  many("<div>", size),
                                  many("<div>", size / 2) + many("</div>", size / 2),
                                  many("<svg>", size),
                                  many("<b><p>", size),
                                  many("</x>", size),
                                  many("<table><td>", size),
                                  many("<!--", size),
                                  many("<![CDATA[", size),
                                  many("<object>", size),
                                  many("<style>", size),
                                  many("<script><!--<script>", size),
                                  many("<a href='", size),
                                  many("&amp", size),
                                  many("<noscript>", size),
                                  many(std::string("\0", 1), size),
                                  many("<template shadowrootmode=open>", size),
                                  many("<", size),
                                  many("</", size),
                                  many("<select><option>", size),
                                  "<p style='" + many("url(", size) + "'>",
                                  many("<math><mi>", size),
                                  many("<iframe srcdoc='<p>'>", size / 16),
                                  many("\xFF", size)}) {
    INFO(html.substr(0, 40));
    FakeSnapshot snapshot;
    snapshot.add("document", "https://example.org/", "text/html", html);
    const auto result = page::self_contained(snapshot, page::Purpose::replay);
    REQUIRE(result);
    CHECK(result->bytes.size() < 64 * html.size());
    CHECK(page::extract_text(snapshot));
    page::html_title(html);
  }
}

TEST_CASE("names with escapes are those that browsers read, in what looks for harm as well") {
  for (const std::string_view css :
       {"a{b:url(/i)}", R"(a{b:\75 rl(/i)})", R"(a{b:u\000072l("/i")})", R"(a{b:\URL(/i)})"}) {
    INFO(css);
    CHECK_FALSE(test::harm_in_css(css).empty());
  }
  for (const std::string_view css :
       {R"(a{\:url("/i")})", R"(a{b:\3c url("/i")})", R"(a{b:\e9url(/i)})", R"(a{b:url\28/i)})"}) {
    INFO(css);
    CHECK(test::harm_in_css(css).empty());
  }
}
