#include "services/query/statements/error_hint.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "common/json/json.h"

namespace tarn::query {
namespace {

constexpr const char* kRetryAfterSeconds = "2";

struct Rule {
  std::string_view in_message;
  std::string_view hint;
};

// Parts of the engine's messages, and what helps. The first that matches counts.
constexpr Rule kRules[] = {
    {"Candidate bindings:", "a column of that name is not there; the message lists names like it"},
    {"must appear in the GROUP BY clause", "add the column to GROUP BY, or wrap it in any_value(...)"},
    {"Could not convert", "use TRY_CAST, which gives NULL for what cannot be converted"},
    {"Could not choose a best candidate function",
     "cast the arguments to one of the types that the message lists"},
    {"No function matches", "cast the arguments to one of the types that the message lists"},
    {"cannot compare values of type", "cast one side to the type of the other"},
    {"Cannot compare values of type", "cast one side to the type of the other"},
    {"Max expression depth", "split the statement into smaller ones, or use a list with IN"},
    {"nested too deeply", "split the statement into smaller ones"},
    {"too complex", "split the statement into smaller ones"},
    {"divide by zero", "guard the divisor with nullif(..., 0)"},
    {"Ambiguous reference", "write the table's name or alias before the column"},
    {"More than one row returned by a subquery", "add LIMIT 1 or an aggregate to the subquery"},
};

std::optional<std::pair<int64_t, int64_t>> ReadPosition(const std::string& where) {
  long long line = 0, column = 0;
  if (std::sscanf(where.c_str(), "line %lld, column %lld", &line, &column) != 2) return std::nullopt;
  return std::pair<int64_t, int64_t>(line, column);
}

std::string HintForCode(Code code) {
  switch (code) {
    case Code::kDeadlineExceeded:
      return "read less, for one with conditions on partition columns, or run it in a workgroup with a "
             "longer timeout";
    case Code::kResourceExhausted:
      return "read fewer rows or columns before joins and ORDER BY, or run it in a workgroup with more "
             "memory and temp space";
    case Code::kUnavailable:
      return "run it again";
    default:
      return "";
  }
}

}  // namespace

std::string HintFor(const Error& error) {
  if (error.code() == Code::kUnprocessable) {
    for (const auto& rule : kRules) {
      if (error.message().find(rule.in_message) != std::string::npos) return std::string(rule.hint);
    }
  }
  return HintForCode(error.code());
}

nlohmann::json StatementErrorJson(const Error& error) {
  const auto position = ReadPosition(error.where());
  const std::string hint = HintFor(error);
  return {{"code", CodeName(error.code())},
          {"detail", error.message()},
          {"where", error.where()},
          {"line", position ? nlohmann::json(position->first) : nlohmann::json()},
          {"column", position ? nlohmann::json(position->second) : nlohmann::json()},
          {"hint", hint.empty() ? nlohmann::json() : nlohmann::json(hint)}};
}

http::Response StatementProblem(const Error& error) {
  http::Response response = http::Response::Problem(error);
  auto problem = json::Parse(response.body);
  if (!problem.ok()) return response;
  if (const auto position = ReadPosition(error.where())) {
    (*problem)["line"] = position->first;
    (*problem)["column"] = position->second;
  }
  if (const std::string hint = HintFor(error); !hint.empty()) (*problem)["hint"] = hint;
  response.body = json::Dump(*problem);
  if (error.code() == Code::kResourceExhausted) response.headers.Set("Retry-After", kRetryAfterSeconds);
  return response;
}

}  // namespace tarn::query
