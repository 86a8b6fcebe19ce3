#include "page/css_rewrite.h"

#include <string>
#include <vector>

#include "harmless.h"
#include "page/css_write.h"
#include "support/catch.h"

using namespace keepleaf;
using page::CssContext;

namespace {

// Writes every address as data:,<address>, and every import as its conditions around a marker.
class Marking : public page::CssVisitor {
 public:
  std::string css_url(std::string_view url, page::Use use) override {
    seen.push_back(std::string(role_of(use)) + " " + std::string(url));
    return url.empty() || url == "gone" ? std::string() : "data:," + std::string(url);
  }
  std::string css_import(const page::Import& import) override {
    seen.push_back("import " + import.url);
    return wrapped_import(import, "X");
  }
  std::vector<std::string> seen;
};

std::string rewritten(std::string_view css, CssContext context = CssContext::sheet) {
  Marking visitor;
  return page::rewrite_css(css, context, visitor);
}

struct Case {
  std::string_view css;
  std::string_view out;
};

}  // namespace

TEST_CASE("every spelling of an address in CSS is found and replaced") {
  const Case cases[] = {
      {"a{b:url(x)}", "a{b:url(data:,x)}"},
      {"a{b:url( x )}", "a{b:url(data:,x)}"},
      {"a{b:url('x')}", "a{b:url(data:,x)}"},
      {"a{b:url( \"x\" )}", "a{b:url(data:,x)}"},
      {"a{b:URL(x)}", "a{b:url(data:,x)}"},
      {"a{b:u\\72l(x)}", "a{b:url(data:,x)}"},
      {"a{b:\\75\\52 \\6c(x)}", "a{b:url(data:,x)}"},
      {"a{b:url(\\78)}", "a{b:url(data:,x)}"},
      {"a{b:url(a b)}", "a{b:url(! !)}"},
      {"a{b:url(a\"b)}", "a{b:url(! !)}"},
      {"a{b:url('x' modifier)}", "a{b:url(! !)}"},
      {"a{b:url(gone)}", "a{b:url(data:,)}"},
      {"a{b:url()}", "a{b:url(data:,)}"},
      {"a{b:url(#id)}", "a{b:url(#id)}"},
      {"a{b:url('#id')}", "a{b:url(#id)}"},
      {"a{--v:url(x)}", "a{--v:url(data:,x)}"},
      {"a{b:image-set('x' 1x, url(y) 2x)}", "a{b:image-set(url(data:,x) 1x, url(data:,y) 2x)}"},
      {"a{b:-webkit-image-set('x' 1x)}", "a{b:-webkit-image-set(url(data:,x) 1x)}"},
      {"a{b:image-set('x' type('image/png'))}", "a{b:image-set(url(data:,x) type('image/png'))}"},
      {"a{b:image-set(var(--x) 1x)}", "a{b:image-set(-keepleaf-var(--x) 1x)}"},
      {"a{b:image-set(('x') 1x)}", "a{b:image-set((url(data:,x)) 1x)}"},
      {"a{b:image-set(c'x')}", "a{b:image-set(c/**/url(data:,x))}"},
      // A name may end in a space or a parenthesis.
      {R"(a{b:image-set(\3c 'x')})", R"(a{b:image-set(\3c /**/url(data:,x))})"},
      {R"(a{b:image-set(c\<'x')})", R"(a{b:image-set(c\3c /**/url(data:,x))})"},
      {R"(a{b:image-set(c\ 'x')})", R"(a{b:image-set(c\ /**/url(data:,x))})"},
      {R"(a{b:image-set(c\('x')})", R"(a{b:image-set(c\(/**/url(data:,x))})"},
      {"a{b:src('x')}", "a{b:src(url(data:,x))}"},
      {"a{content:'url(x)'}", "a{content:'url(x)'}"},
      {"a{b:url('(')}", "a{b:url(\"data:,(\")}"},
      {"/* url(x) */a{}", "/**/a{}"},
      {"@namespace url(http://n);a{}", "@namespace url(\"http://n\");a{}"},
  };
  for (const Case& c : cases) {
    INFO(c.css);
    CHECK(rewritten(c.css) == c.out);
  }
}

TEST_CASE("what is unclosed at the end is closed, so that a block around it stays whole") {
  const Case cases[] = {
      {"a{b:c", "a{b:c}"},
      {"a{b:url(x", "a{b:url(data:,x)}"},
      {"a{b:url('x", "a{b:url(data:,x)}"},
      {"a{b:'x", "a{b:\"x\"}"},
      {"a{b:'x\\", "a{b:\"x\"}"},
      {"a{b:c/*", "a{b:c/**/}"},
      {"@media x{a{b:f((", "@media x{a{b:f(())}}"},
      {"a[b=\"c", "a[b=\"c\"]"},
      {"}a{}", "%a{}"},
      {"a{}}}b{}", "a{}%%b{}"},
      {"a{b:(}c{d:e}", "a{b:(}c{d:e})}"},
      {"a{b:c\\", "a{b:c%}"},
      {"a{b:'x\ny'}", "a{b:/**/url(! !)\ny\"}\"}"},
  };
  for (const Case& c : cases) {
    INFO(c.css);
    const std::string out = rewritten(c.css, CssContext::flattened);
    CHECK(out == c.out);
    // A rewritten sheet is complete: rewriting what follows it begins at the top level again.
    CHECK(rewritten(out + "\n}", CssContext::flattened).ends_with("\n%"));
  }
}

TEST_CASE("imports are replaced where browsers honour them, with their conditions") {
  const Case cases[] = {
      {"@import 'a';", "X\n"},
      {"@import url(a);b{}", "X\nb{}"},
      {"@import url('a')", "X\n"},
      {"@IMPORT \"a\" screen and (width<600px);", "@media screen and (width< 600px){X}\n"},
      {"@im\\70ort 'a';", "X\n"},
      {"@import 'a' layer;", "@layer{X}\n"},
      {"@import 'a' layer(b.c) supports(display:grid) print;",
       "@media print{@supports (display:grid){@layer b.c{X}}}\n"},
      {"@import 'a' supports((a:b) and (c:d));", "@supports ((a:b) and (c:d)){X}\n"},
      {"@import 'a' supports(x", "@supports (x){X}\n"},
      {"@import 'a' x } y;", "@media x % y{X}\n"},
      {"@import 'a' x ) y;", "@media x ) y{X}\n"},
      {"@import 'a' (x", "@media (x){X}\n"},
      {"@import 'a' x < ;", "@media x < {X}\n"},
      {"@import 'a' x<", "@media x< {X}\n"},
      {"@charset \"x\";@import 'a';", "X\n"},
      {"@layer a,b;@import 'c';", "@layer a,b;X\n"},
      {"@layer a{}@import 'c';", "@layer a{}"},
      {"b{}@import 'a';c{}", "b{}c{}"},
      {"@media x{@import 'a';}", "@media x{@-keepleaf-import 'a';}"},
      {"b @import 'a'; c{}", "b @-keepleaf-import 'a'; c{}"},
      {"@import a;b{}", "b{}"},
      {"@import 'a'{c{}}b{}", "b{}"},
      {"@import 'a' layer(x){;b{}", ""},
      {"<!-- @import 'a'; -->", "  X\n  "},
      {"@import 'a';@namespace x 'y';b{}", "@namespace x 'y';X\nb{}"},
      {"@import 'a';@import 'b';", "X\nX\n"},
  };
  for (const Case& c : cases) {
    INFO(c.css);
    CHECK(rewritten(c.css) == c.out);
  }
}

TEST_CASE("an imported sheet's namespaces, which can't stand in a block, are left out") {
  CHECK(rewritten("@namespace x 'y';b{}", CssContext::flattened) == "b{}");
}

TEST_CASE(
    "the marks of an HTML comment are skipped between rules only; in a prelude they spoil the rule as "
    "before") {
  const Case cases[] = {
      {"<!-- a{} --> b{}", "  a{}   b{}"},
      {"a --> b{}", "a --> b{}"},
      {"a <!-- b{}", "a % b{}"},
      {"@media print --> {b{}}", "@media print --> {b{}}"},
      {"@layer a --> , b;", "@layer a --> , b;"},
  };
  for (const Case& c : cases) {
    INFO(c.css);
    CHECK(rewritten(c.css) == c.out);
  }
}

TEST_CASE("nothing in CSS can begin markup") {
  const std::string_view cases[] = {
      "a{content:'</style><script>'}",
      "a{content:\"<!--\"}",
      "a<b{}",
      "@media (width<a){}",
      "a{b:url('</style>')}",
      ".a\\<script{}",
      "/*</style>*/",
      "</style><img src=x>",
      "<!--</style>-->",
      "a{b:'</style>",
      "#\\<\\/style\\>{}",
      "@\\<x;",
      "a{b:url(</style>)}",
      "a{b:1\\</style}",
      "<</**//style>",
      "a{b:<\\73 cript}",
      "a{content:'\n</style>'}",
      "@import '</style>' </style>;",
      "a{b:f\\<(</style>)}",
      "@namespace '</style>';",
      "a{b:<!/**/--}",
  };
  for (const std::string_view css : cases) {
    INFO(css);
    for (const CssContext context : {CssContext::sheet, CssContext::flattened, CssContext::declarations}) {
      const std::string out = rewritten(css, context);
      INFO(out);
      for (std::size_t at = out.find('<'); at != std::string::npos; at = out.find('<', at + 1)) {
        const char after = at + 1 < out.size() ? out[at + 1] : ' ';
        CHECK((after == ' ' || after == '=' || after == '\n'));
      }
    }
  }
}

TEST_CASE("a sheet reads the same where character references are resolved") {
  const Case cases[] = {
      {"a{content:\"&quot;\"}", "a{content:\"\\26 quot;\"}"},
      {"a{&div{b:c}&#id{b:c}& p{b:c}&:hover{b:c}}", "a{&/**/div{b:c}&/**/#id{b:c}& p{b:c}&:hover{b:c}}"},
      {".a\\&lt{b:c}", ".a\\26 lt{b:c}"},
  };
  for (const auto& [css, out] : cases) {
    CAPTURE(css);
    CHECK(rewritten(css) == out);
    CHECK(rewritten(out) == out);
  }
}

TEST_CASE("rewriting twice changes nothing more than the addresses") {
  const std::string_view css =
      "@layer a;:root{--x:{a:b};color:#fff}@media (400px<=width<=600px){.a\\:b>c~d::after{content:'\\201C' "
      "attr(x);"
      "margin:-1.5e3px +.5em}}@supports not (a:b){e[f|='g' i]{h:i!important}}.j{&:hover{k:l}}\n/**/@page "
      ":first{m:n}";
  CHECK(rewritten(css) == css);
}

TEST_CASE("fonts are told from images") {
  Marking visitor;
  page::rewrite_css(
      "a{b:url(1)}@font-face{src:url(2) format('x'),url(3)}c{d:url(4)}@media "
      "x{@font-face{src:url(5)}e{f:url(6)}}",
      CssContext::sheet, visitor);
  CHECK(visitor.seen ==
        std::vector<std::string>{"image 1", "font 2", "font 3", "image 4", "font 5", "image 6"});
}

TEST_CASE("style attributes know no rules") {
  CHECK(rewritten("color:red;background:url(x)", CssContext::declarations) ==
        "color:red;background:url(data:,x)");
  CHECK(rewritten("@import 'x';a:b", CssContext::declarations) == "@-keepleaf-import 'x';a:b");
}

TEST_CASE("states that an element's own script said of it are found by the capture's mark") {
  for (const auto& [css, written] :
       {Case{"a-b:state(open){}", "a-b:is(:state(open),[data-keepleaf-state~=\"open\"]){}"},
        Case{":host(:state( Big ))>b{}", ":host(:is(:state(Big),[data-keepleaf-state~=\"Big\"]))>b{}"},
        Case{"a{&:not(:state(x)){}}", "a{&:not(:is(:state(x),[data-keepleaf-state~=\"x\"])){}}"},
        Case{"a:state(){}", "a:state(){}"}, Case{"a:state(b c){}", "a:state(b c){}"},
        Case{"a:state(b\\63){}", "a:state(b\\63){}"}, Case{"a::state(b){}", "a::state(b){}"},
        Case{"a{b:state(c)}", "a{b:state(c)}"}}) {
    INFO(css);
    CHECK(rewritten(css) == written);
  }
}

TEST_CASE(
    "what is said of objects by their type holds for what is shown for them, and what is said of pictures "
    "not") {
  struct Objects : Marking {
    bool replaces_objects() const override { return true; }
  };
  const auto with_objects = [](std::string_view css) {
    Objects visitor;
    return page::rewrite_css(css, CssContext::sheet, visitor);
  };
  constexpr std::string_view kObject = ":is(object,:where([data-keepleaf-was=object]))";
  const std::string object(kObject);
  for (const std::string_view twice :
       {"object>embed{}", "img a{}", "a:defined:fullscreen{}", "a:state( b ){}", "a:is(:state(b)){}"}) {
    INFO(twice);
    CHECK(with_objects(with_objects(twice)) == with_objects(twice));
  }
  CHECK(with_objects("object{}") == object + "{}");
  CHECK(with_objects("p>OBJECT.a,b embed{}") ==
        "p>" + object + ".a,b :is(embed,:where([data-keepleaf-was=embed])){}");
  CHECK(with_objects("img{}iframe:hover{}") ==
        "img:where(:not([data-keepleaf-was])){}iframe:where(:not([data-keepleaf-was])):hover{}");
  CHECK(with_objects("@media print{:not(object){}a{object{}}}") ==
        "@media print{:not(" + object + "){}a{" + object + "{}}}");
  for (const std::string_view same :
       {".object{}", "#object{}", "[object]{}", "[a=object]{}", "a:object{}", "::part(object){}",
        "my-object{}", "svg|object{}", "@keyframes object{0%{}}", "@layer object;",
        "@container object (a:b){}", "a{animation:object 1s}", "a{b:object;c:d}"}) {
    INFO(same);
    CHECK(with_objects(same) == same);
  }
  CHECK(rewritten("object img{}") == "object img{}");  // a page without any
}

TEST_CASE("elements that were defined when the page was kept count as defined") {
  struct Case {
    std::string_view css;
    std::string_view out;
  };
  for (const Case& c : {
           Case{"a-b:not(:defined){}", "a-b:not(:is(:defined,[data-keepleaf-defined])){}"},
           Case{":DEFINED > b {}", ":is(:defined,[data-keepleaf-defined]) > b {}"},
           Case{"p:fullscreen{}", "p:is(:fullscreen,[data-keepleaf-top-layer^=fullscreen]){}"},
           Case{":-webkit-full-screen{}", ":is(:fullscreen,[data-keepleaf-top-layer^=fullscreen]){}"},
           Case{":d\\65 fined{}", ":is(:defined,[data-keepleaf-defined]){}"},
           Case{"a{&:defined{}}", "a{&:is(:defined,[data-keepleaf-defined]){}}"},
           Case{"a::defined{}", "a::defined{}"},                        // no pseudo-element of that name
           Case{": defined{}", ": defined{}"},                          // no pseudo-class
           Case{"a{animation:defined 1s}", "a{animation:defined 1s}"},  // a value
           Case{"a{animation:defined;b{}}", "a{animation:defined;b{}}"},
       }) {
    INFO(c.css);
    CHECK(rewritten(c.css) == c.out);
  }
  CHECK(rewritten("animation:defined", CssContext::declarations) == "animation:defined");
}

TEST_CASE("hostile sheets take time in proportion to their length") {
  for (const std::string_view piece : {"(", "{", "[", "url(", "@import ", "image-set(", "a{", "\\", "/*",
                                       "\"", "@media ", "@import 'x' layer(", "<", "url(a ", "@font-face{"}) {
    std::string css;
    while (css.size() < (256U << 10)) css += piece;
    INFO(piece);
    CHECK(rewritten(css).size() < 8 * css.size());
  }
}
