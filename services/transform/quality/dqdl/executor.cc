#include "services/transform/quality/dqdl/executor.h"

#include <charconv>

namespace tarn::dqdl {
namespace {

using Answer = Result<std::optional<double>>;

std::optional<double> ValueAt(const duckdb::Chunk& chunk, size_t column) {
  if (chunk.IsNull(0, column)) return std::nullopt;
  const std::string text = chunk.Text(0, column);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<std::vector<Answer>> Ask(const std::string& sql, duckdb::Connection& connection,
                                std::stop_token cancelled) {
  TARN_ASSIGN(const auto stream, connection.Execute(sql, {}, cancelled));
  TARN_ASSIGN(const auto chunk, stream->Next());
  std::vector<Answer> answers;
  for (size_t column = 0; column < stream->columns().size(); ++column)
    answers.emplace_back(chunk ? ValueAt(*chunk, column) : std::nullopt);
  return answers;
}

// Memory counts too: a rule that needs too much of it does so on every try.
bool IsOfTheRule(const Error& error) {
  if (error.code() == Code::kResourceExhausted) return true;
  return !error.retryable() && error.code() != Code::kCancelled && error.code() != Code::kInternal;
}

Result<std::vector<Answer>> AskOneByOne(const Query& query, duckdb::Connection& connection,
                                        std::stop_token cancelled) {
  std::vector<Answer> answers;
  for (size_t i = 0; i < query.values.size(); ++i) {
    auto answer = Ask(query.Sql(i), connection, cancelled);
    if (!answer.ok() && !IsOfTheRule(answer.error())) return answer;
    answers.push_back(answer.ok() ? answer->at(0) : Answer(answer.error()));
  }
  return answers;
}

}  // namespace

Result<std::vector<Verdict>> Execute(const Plan& plan, duckdb::Connection& connection,
                                     std::stop_token cancelled) {
  std::vector<std::vector<Answer>> answers;
  for (const Query& query : plan.queries) {
    auto answer = Ask(query.Sql(), connection, cancelled);
    if (!answer.ok() && IsOfTheRule(answer.error())) answer = AskOneByOne(query, connection, cancelled);
    if (!answer.ok()) return answer.error();
    answers.push_back(*std::move(answer));
  }
  std::vector<Verdict> verdicts;
  for (const PlannedRule& rule : plan.rules) {
    verdicts.push_back(
        Judge(rule.measure, [&](const Slot& slot) { return answers[slot.query][slot.value]; }));
  }
  return verdicts;
}

}  // namespace tarn::dqdl
