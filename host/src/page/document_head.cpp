#include "page/document_head.h"

#include "page/attribute_rules.h"
#include "page/restore_state.h"

namespace keepleaf::page {
namespace {

// How elements look under the names that stand in for their own, where no script gives them these back.
constexpr std::string_view kStandInLook =
    "<style "
    "data-keepleaf-nesting=\"\">keepleaf-as-p,keepleaf-as-ul,keepleaf-as-ol,keepleaf-as-dl,keepleaf-as-pre,"
    "keepleaf-as-blockquote,keepleaf-as-figure{display:block;margin:1em "
    "0}keepleaf-as-div,keepleaf-as-section,"
    "keepleaf-as-article,keepleaf-as-aside,keepleaf-as-header,keepleaf-as-footer,keepleaf-as-main,keepleaf-"
    "as-nav,"
    "keepleaf-as-address,keepleaf-as-form,keepleaf-as-fieldset,keepleaf-as-figcaption,keepleaf-as-dt,"
    "keepleaf-as-dd,"
    "keepleaf-as-hr,keepleaf-as-option{display:block}keepleaf-as-h1,keepleaf-as-h2,keepleaf-as-h3,keepleaf-"
    "as-h4,"
    "keepleaf-as-h5,keepleaf-as-h6{display:block;margin:1em "
    "0;font-weight:bold}keepleaf-as-li{display:list-item}"
    "keepleaf-as-table{display:table}keepleaf-as-caption{display:table-caption}keepleaf-as-col{display:table-"
    "column}"
    "keepleaf-as-colgroup{display:table-column-group}keepleaf-as-thead{display:table-header-group}"
    "keepleaf-as-tbody{display:table-row-group}keepleaf-as-tfoot{display:table-footer-group}"
    "keepleaf-as-tr{display:table-row}keepleaf-as-td,keepleaf-as-th{display:table-cell}"
    "keepleaf-as-button{display:inline-block}keepleaf-as-a{text-decoration:underline}</style>";

}  // namespace

std::string document_head(std::string_view html, std::string_view policy) {
  std::string head;
  const bool restores = !policy.empty() && needs_restoring(html);
  if (!policy.empty()) {
    head += "<meta http-equiv=\"Content-Security-Policy\" content=\"";
    head += policy;
    if (restores) head += "; script-src '" + restoring_script_hash() + "'";
    head += "\">";
  }
  if (html.find(kStandIn) != std::string_view::npos) head += kStandInLook;
  head += "<meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">";
  if (restores) {
    head += "<script type=\"module\">";
    head += restoring_script();
    head += "</script>";
  }
  return head;
}

}  // namespace keepleaf::page
