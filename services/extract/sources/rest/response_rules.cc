#include "services/extract/sources/rest/response_rules.h"

#include "services/extract/sources/rest/json_scan.h"

namespace tarn::extract::rest {
namespace {

bool Fits(const ResponseRule& rule, const http_client::Response& response) {
  if (response.status < rule.first_status || response.status > rule.last_status) return false;
  if (!rule.path) return rule.contains.empty() || response.body.find(rule.contains) != std::string::npos;
  const auto scan = ScanJson(response.body, {*rule.path});
  if (!scan.ok() || !scan->found.front()) return false;
  const std::string_view found = scan->found.front()->text;
  const auto text = ScalarText(found);
  if (rule.equals) return text == rule.equals;
  if (!rule.contains.empty())
    return text.value_or(std::string(found)).find(rule.contains) != std::string::npos;
  return found != "null";
}

}  // namespace

const ResponseRule* FindRule(const std::vector<ResponseRule>& rules, const http_client::Response& response) {
  for (const ResponseRule& rule : rules) {
    if (Fits(rule, response)) return &rule;
  }
  return nullptr;
}

}  // namespace tarn::extract::rest
