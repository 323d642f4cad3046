#include <charconv>
#include <nlohmann/json.hpp>

#include "services/extract/sources/rest/option_values.h"
#include "services/extract/sources/rest/stream_options.h"

namespace tarn::extract::rest {
namespace {

using json::ObjectReader;
using Action = ResponseRule::Action;

constexpr size_t kMaxRules = 100;

/// "404", "4xx" or "500-504".
bool ParseStatus(const std::string& text, ResponseRule& rule) {
  const bool is_class = text.size() == 3 && text[0] >= '1' && text[0] <= '5' && text.substr(1) == "xx";
  if (is_class) {
    rule.first_status = (text[0] - '0') * 100;
    rule.last_status = rule.first_status + 99;
    return true;
  }
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, rule.first_status);
  if (first.ec != std::errc()) return false;
  rule.last_status = rule.first_status;
  const char* rest = first.ptr;
  if (rest != end && *rest == '-') rest = std::from_chars(rest + 1, end, rule.last_status).ptr;
  return rest == end && rule.first_status >= 100 && rule.first_status <= rule.last_status &&
         rule.last_status <= 599;
}

void ReadAction(ObjectReader& reader, ResponseRule& rule) {
  const std::string name = reader.RequiredString("action");
  if (name == "retry") {
    rule.action = Action::kRetry;
  } else if (name == "ignore") {
    rule.action = Action::kIgnore;
  } else if (name == "reauthenticate") {
    rule.action = Action::kReauthenticate;
  } else if (name != "fail") {
    reader.Fail("action", "expected retry, ignore, fail or reauthenticate, got: " + name);
  }
}

Result<ResponseRule> ParseRule(const nlohmann::json& value, const std::string& pointer) {
  ResponseRule rule;
  ObjectReader reader(value, pointer);
  const auto status = ReadScalar(reader, "status");
  if (status && !ParseStatus(*status, rule)) {
    reader.Fail("status", "expected a status like 404, 4xx or 500-504, got: " + *status);
  }
  rule.path = ReadPath(reader, "body");
  rule.equals = ReadScalar(reader, "equals");
  rule.contains = reader.OptionalString("contains").value_or("");
  ReadAction(reader, rule);
  rule.message = reader.OptionalString("message").value_or("");
  if (rule.equals && !rule.path) reader.Fail("equals", "needs body, the path of what is compared");
  if (!status && !rule.path && rule.contains.empty())
    reader.Fail("status", "a rule needs status, body or contains");
  TARN_TRY(reader.Finish());
  return rule;
}

}  // namespace

Result<std::vector<ResponseRule>> ParseResponses(const nlohmann::json& value, const std::string& pointer) {
  std::vector<ResponseRule> rules;
  if (value.size() > kMaxRules) return Error(Code::kInvalidArgument, "at most 100 rules").At(pointer);
  for (size_t i = 0; i < value.size(); ++i) {
    TARN_ASSIGN(ResponseRule rule, ParseRule(value[i], pointer + "/" + std::to_string(i)));
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace tarn::extract::rest
