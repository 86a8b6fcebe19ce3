#include "page/link_rot_signs.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/unicode.h"

namespace keepleaf::page {
namespace {

using Words = std::vector<std::string>;

// Signs are written as people read them, and folded like the text that they are looked for in.
template <std::size_t N>
Words folded(const std::array<const char*, N>& words) {
  Words out;
  out.reserve(N);
  for (const char* word : words) out.push_back(search_fold(word));
  return out;
}

std::string_view first_in(std::string_view text, const Words& words) {
  std::size_t best = std::string_view::npos;
  std::string_view found;
  for (const std::string& word : words) {
    const std::size_t at = text.find(word);
    if (at < best) {
      best = at;
      found = text.substr(at, word.size());
    }
  }
  return found;
}

bool one_of(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return text == word; });
}

// Whole parts of titles, after numbers and the word "error" were taken from their ends.
const Words& error_titles() {
  static const Words words = folded(std::to_array<const char*>({"not found",
                                                                "page not found",
                                                                "file not found",
                                                                "document not found",
                                                                "article not found",
                                                                "content not found",
                                                                "object not found",
                                                                "url not found",
                                                                "page does not exist",
                                                                "page doesn't exist",
                                                                "page no longer exists",
                                                                "this page does not exist",
                                                                "this page doesn't exist",
                                                                "this page could not be found",
                                                                "this page can't be found",
                                                                "page could not be found",
                                                                "page cannot be found",
                                                                "page can't be found",
                                                                "the page cannot be found",
                                                                "the page can't be found",
                                                                "the page could not be found",
                                                                "page isn't available",
                                                                "this page isn't available",
                                                                "page not available",
                                                                "page unavailable",
                                                                "content unavailable",
                                                                "page missing",
                                                                "page removed",
                                                                "sorry, page not found",
                                                                "oops! page not found",
                                                                "oops, page not found",
                                                                "we can't find that page",
                                                                "we couldn't find that page",
                                                                "nothing found",
                                                                "gone",
                                                                "页面不存在",
                                                                "页面未找到",
                                                                "找不到页面",
                                                                "页面没有找到",
                                                                "页面找不到了",
                                                                "您访问的页面不存在",
                                                                "你访问的页面不存在",
                                                                "访问的页面不存在",
                                                                "无法找到该页",
                                                                "无法找到页面",
                                                                "找不到网页",
                                                                "网页不存在",
                                                                "内容不存在",
                                                                "文章不存在",
                                                                "页面已删除",
                                                                "页面走丢了",
                                                                "页面丢失",
                                                                "抱歉,页面不存在",
                                                                "文章已被删除",
                                                                "找不到頁面",
                                                                "頁面不存在",
                                                                "找不到網頁",
                                                                "網頁不存在",
                                                                "找不到您要的頁面",
                                                                "ページが見つかりません",
                                                                "ページが見つかりませんでした",
                                                                "ページがみつかりません",
                                                                "お探しのページは見つかりません",
                                                                "お探しのページは見つかりませんでした",
                                                                "お探しのページが見つかりません",
                                                                "お探しのページが見つかりませんでした",
                                                                "ページが存在しません",
                                                                "指定されたページが見つかりません",
                                                                "指定されたページは存在しません",
                                                                "ページは存在しません",
                                                                "記事が見つかりません",
                                                                "記事が見つかりませんでした",
                                                                "該当するページが見つかりません"}));
  return words;
}

const Words& error_sentences() {
  static const Words words =
      folded(std::to_array<const char*>({"page you requested could not be found",
                                         "page you requested cannot be found",
                                         "page you requested was not found",
                                         "page you requested does not exist",
                                         "page you are looking for could not be found",
                                         "page you're looking for could not be found",
                                         "page you were looking for could not be found",
                                         "page you are looking for cannot be found",
                                         "page you are looking for can't be found",
                                         "page you're looking for can't be found",
                                         "page you are looking for does not exist",
                                         "page you are looking for doesn't exist",
                                         "page you're looking for doesn't exist",
                                         "page you're looking for does not exist",
                                         "page you were looking for doesn't exist",
                                         "page you were looking for does not exist",
                                         "page you are looking for might have been removed",
                                         "page you are looking for has been removed",
                                         "page you are looking for no longer exists",
                                         "page you're looking for no longer exists",
                                         "page you were looking for no longer exists",
                                         "page you are trying to reach",
                                         "requested url was not found",
                                         "couldn't find the page you",
                                         "could not find the page you",
                                         "can't find the page you",
                                         "cannot find the page you",
                                         "couldn't find that page",
                                         "can't find that page",
                                         "this page could not be found",
                                         "this page doesn't exist",
                                         "this page does not exist",
                                         "this page no longer exists",
                                         "this content is no longer available",
                                         "this article is no longer available",
                                         "this page is no longer available",
                                         "nothing was found at this location",
                                         "it looks like nothing was found",
                                         "the link you followed may be broken",
                                         "page has been moved or deleted",
                                         "您访问的页面不存在",
                                         "你访问的页面不存在",
                                         "您要访问的页面不存在",
                                         "您查看的页面不存在",
                                         "您请求的页面不存在",
                                         "您要查看的页面不存在",
                                         "访问的页面不存在",
                                         "页面不存在或已被删除",
                                         "页面不存在或已删除",
                                         "页面可能已被删除",
                                         "没有找到您要访问的页面",
                                         "找不到您要访问的页面",
                                         "找不到您访问的页面",
                                         "无法找到您要的页面",
                                         "您访问的内容不存在",
                                         "该内容已被删除",
                                         "该文章已被删除",
                                         "此内容已被发布者删除",
                                         "该页面已下线",
                                         "您要找的页面不存在",
                                         "您要找的页面不见了",
                                         "页面已经不存在",
                                         "找不到您要的頁面",
                                         "您要查看的頁面不存在",
                                         "您所要尋找的頁面不存在",
                                         "您請求的頁面不存在",
                                         "您造訪的頁面不存在",
                                         "お探しのページは見つかりません",
                                         "お探しのページが見つかりません",
                                         "お探しのページは、",
                                         "お探しのページは削除",
                                         "お探しのページは移動",
                                         "指定されたページは見つかりません",
                                         "指定されたページが見つかりません",
                                         "指定されたページは存在しません",
                                         "指定されたurlは存在しません",
                                         "ご指定のページが見つかりません",
                                         "ご指定のページは見つかりません",
                                         "ご指定のページは存在しません",
                                         "アクセスしようとしたページは",
                                         "アクセスされたページは",
                                         "リクエストされたページは見つかりません",
                                         "ページが見つかりませんでした",
                                         "ページは削除されたか",
                                         "ページは存在しないか",
                                         "この記事は削除されました",
                                         "この記事は公開を終了しました",
                                         "掲載期間が終了"}));
  return words;
}

const Words& parking_sentences() {
  static const Words words =
      folded(std::to_array<const char*>({"this domain is for sale",
                                         "this domain name is for sale",
                                         "domain is for sale",
                                         "domain name is for sale",
                                         "domain may be for sale",
                                         "domain might be for sale",
                                         "buy this domain",
                                         "purchase this domain",
                                         "own this domain today",
                                         "make an offer on this domain",
                                         "inquire about this domain",
                                         "interested in this domain",
                                         "get this domain",
                                         "this domain is parked",
                                         "domain is parked free",
                                         "this domain name is parked",
                                         "this domain has expired",
                                         "this domain name has expired",
                                         "domain has recently been registered",
                                         "this domain was recently registered",
                                         "this domain is registered at",
                                         "this web page is parked",
                                         "this webpage was generated by the domain owner using",
                                         "the domain owner maintains no relationship",
                                         "sponsored listings displayed above",
                                         "domain has been registered and is parked",
                                         "域名出售",
                                         "域名正在出售",
                                         "此域名可出售",
                                         "该域名可出售",
                                         "本域名可出售",
                                         "域名可转让",
                                         "域名转让",
                                         "购买此域名",
                                         "购买该域名",
                                         "此域名已过期",
                                         "该域名已过期",
                                         "域名已过期",
                                         "域名停放",
                                         "您正在访问的域名可以转让",
                                         "您访问的域名",
                                         "網域出售",
                                         "購買此網域",
                                         "此網域已過期",
                                         "網域已過期",
                                         "このドメインは売りに出されています",
                                         "このドメインは販売中",
                                         "このドメインを購入",
                                         "ドメインを購入する",
                                         "ドメイン販売中",
                                         "このドメインは売り出し中",
                                         "ドメインの有効期限が切れ",
                                         "ドメインの有効期限が過ぎ",
                                         "このドメインは現在使用されていません",
                                         "ドメインパーキング",
                                         "このドメインは、お名前.comで取得されています",
                                         "このドメインはお名前.comから取得"}));
  return words;
}

const Words& paywall_sentences() {
  static const Words words = folded(std::to_array<const char*>({"subscribe to continue reading",
                                                                "subscribe to keep reading",
                                                                "subscribe to read the full",
                                                                "subscribe to read this",
                                                                "subscribe now to read",
                                                                "to continue reading, subscribe",
                                                                "to continue reading this article",
                                                                "to read the full article",
                                                                "to read the full story",
                                                                "to read the rest of this article",
                                                                "sign in to continue reading",
                                                                "log in to continue reading",
                                                                "sign in to read",
                                                                "register to continue reading",
                                                                "create a free account to continue reading",
                                                                "this article is for subscribers",
                                                                "this article is for members",
                                                                "this content is for subscribers",
                                                                "this content is for members",
                                                                "this story is for subscribers",
                                                                "this post is for paid subscribers",
                                                                "this post is for paying subscribers",
                                                                "for subscribers only",
                                                                "subscriber-only content",
                                                                "members-only content",
                                                                "you have reached your article limit",
                                                                "you've reached your limit of free articles",
                                                                "you have read all your free articles",
                                                                "unlock this article",
                                                                "already a subscriber? log in to continue",
                                                                "login to view this page",
                                                                "please log in to view",
                                                                "you must be logged in to view",
                                                                "you need to log in to view",
                                                                "登录后阅读全文",
                                                                "登录后查看全文",
                                                                "登录后可阅读全文",
                                                                "登录后才能查看",
                                                                "登录后可查看",
                                                                "请登录后查看",
                                                                "请先登录后查看",
                                                                "订阅后阅读全文",
                                                                "订阅后可阅读",
                                                                "付费阅读全文",
                                                                "付费后阅读",
                                                                "购买后阅读",
                                                                "开通会员后阅读",
                                                                "开通会员阅读全文",
                                                                "会员专享内容",
                                                                "本文为付费内容",
                                                                "仅限订阅用户",
                                                                "此内容仅限会员",
                                                                "剩余内容需付费",
                                                                "登入後閱讀全文",
                                                                "訂閱後閱讀全文",
                                                                "本文為會員限定",
                                                                "會員專屬內容",
                                                                "加入會員閱讀全文",
                                                                "続きを読むには会員登録",
                                                                "続きを読むにはログイン",
                                                                "続きを読むには、",
                                                                "続きをお読みいただくには",
                                                                "この記事は会員限定です",
                                                                "この記事は有料会員限定です",
                                                                "有料会員限定記事",
                                                                "会員限定記事です",
                                                                "この続きは会員限定",
                                                                "この記事は有料記事です",
                                                                "残りの文字数は",
                                                                "ログインして続きを読む",
                                                                "ログインすると続きを",
                                                                "全文を読むには",
                                                                "購読すると続きを"}));
  return words;
}

const Words& challenge_titles() {
  static const Words words = folded(std::to_array<const char*>(
      {"just a moment...", "just a moment", "attention required! | cloudflare", "access denied",
       "checking your browser", "are you a robot?", "security check", "ddos-guard", "verify you are human",
       "安全验证", "请完成安全验证", "人机验证", "访问验证", "安全驗證", "请稍候…",
       "しばらくお待ちください...", "ロボットではありません"}));
  return words;
}

bool is_edge(char c) {
  return c == ' ' || c == '.' || c == '!' || c == '?' || c == '(' || c == ')' || c == ',' || c == '#' ||
         c == '[' || c == ']';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_edge(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_edge(text.back())) text.remove_suffix(1);
  for (const std::string_view stop : {"。", "…", "!", "、", "(", ")"})
    while (text.size() >= stop.size() && text.ends_with(stop)) text.remove_suffix(stop.size());
  return text;
}

// "404", "error 404", "http 404" … leave the words that stand around them.
bool strip_number(std::string_view& text) {
  bool any = false;
  const auto strip = [&](std::string_view word) {
    if (text.starts_with(word)) {
      text = trimmed(text.substr(word.size()));
      return true;
    }
    if (text.ends_with(word)) {
      text = trimmed(text.substr(0, text.size() - word.size()));
      return true;
    }
    return false;
  };
  for (bool more = true; more && !text.empty();) {
    more = strip("404") || strip("410");
    any = any || more;
    if (!more)
      more = strip("error") || strip("http") || strip("status") || strip("错误") || strip("錯誤") ||
             strip("エラー");
  }
  return any;
}

}  // namespace

TitleSign error_title(std::string_view part) {
  std::string_view text = trimmed(part);
  const std::string_view whole = text;
  const bool numbered = strip_number(text);
  if (one_of(text, error_titles()) && (text != "gone" || numbered)) return TitleSign::words;
  if (one_of(whole, error_titles()) && whole != "gone") return TitleSign::words;
  return numbered && text.empty() ? TitleSign::number : TitleSign::none;
}

bool challenge_title(std::string_view folded_title) { return one_of(folded_title, challenge_titles()); }

std::string_view error_sentence(std::string_view folded) { return first_in(folded, error_sentences()); }
std::string_view parking_sentence(std::string_view folded) { return first_in(folded, parking_sentences()); }
std::string_view paywall_sentence(std::string_view folded) { return first_in(folded, paywall_sentences()); }

bool is_parking_host(std::string_view host) {
  static constexpr std::array<std::string_view, 18> kHosts = {"sedo.com",
                                                              "sedoparking.com",
                                                              "parkingcrew.net",
                                                              "bodis.com",
                                                              "dan.com",
                                                              "afternic.com",
                                                              "hugedomains.com",
                                                              "above.com",
                                                              "domainmarket.com",
                                                              "parklogic.com",
                                                              "undeveloped.com",
                                                              "buydomains.com",
                                                              "dynadot.com",
                                                              "parked-content.godaddy.com",
                                                              "4.cn",
                                                              "gname.com",
                                                              "domain.com.cn",
                                                              "dopa.com"};
  return std::any_of(kHosts.begin(), kHosts.end(), [&](std::string_view known) {
    return host == known || (host.size() > known.size() && host.ends_with(known) &&
                             host[host.size() - known.size() - 1] == '.');
  });
}

bool is_error_piece(std::string_view piece) {
  static constexpr std::array<std::string_view, 14> kPieces = {
      "404",        "404.html", "404.htm",   "404.php",   "404.aspx",      "error404",       "error",
      "error.html", "notfound", "not-found", "not_found", "notfound.html", "page-not-found", "pagenotfound"};
  return std::find(kPieces.begin(), kPieces.end(), piece) != kPieces.end();
}

bool is_login_piece(std::string_view piece) {
  static constexpr std::array<std::string_view, 16> kPieces = {
      "login",  "login.html", "login.php", "login.aspx", "signin",  "sign-in",   "sign_in",      "log-in",
      "log_in", "logon",      "sso",       "auth",       "paywall", "subscribe", "wp-login.php", "session"};
  return std::find(kPieces.begin(), kPieces.end(), piece) != kPieces.end();
}

}  // namespace keepleaf::page
