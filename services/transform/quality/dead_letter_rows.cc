#include "services/transform/quality/dead_letter_rows.h"

#include <array>
#include <utility>

namespace tarn::transform {
namespace {

constexpr std::array kStates = {std::pair{LetterState::kOpen, "open"},
                                std::pair{LetterState::kRedriving, "redriving"},
                                std::pair{LetterState::kResolved, "resolved"}};

const char* StateCondition(LetterState state) {
  switch (state) {
    case LetterState::kOpen:
      return "AND resolved_ms IS NULL AND redrive_run_id IS NULL ";
    case LetterState::kRedriving:
      return "AND resolved_ms IS NULL AND redrive_run_id IS NOT NULL ";
    case LetterState::kResolved:
      return "AND resolved_ms IS NOT NULL ";
  }
  return "";
}

}  // namespace

const char* LetterStateName(LetterState state) {
  for (const auto& [known, name] : kStates) {
    if (known == state) return name;
  }
  return "";
}

std::optional<LetterState> ParseLetterState(std::string_view name) {
  for (const auto& [state, known] : kStates) {
    if (name == known) return state;
  }
  return std::nullopt;
}

LetterState DeadLetter::state() const {
  if (resolved_at) return LetterState::kResolved;
  return redrive_run_id.empty() ? LetterState::kOpen : LetterState::kRedriving;
}

const char* const kLetterColumns =
    "SELECT id, run_id, transform, bucket, key, version, reason, byte_offset, created_ms, redrive_run_id, "
    "resolved_ms, "
    "resolution FROM dead_letters ";

DeadLetter ReadLetter(const sqlite::Statement& row) {
  DeadLetter letter{row.Text(0),
                    row.Text(1),
                    row.Text(2),
                    row.Text(3),
                    row.Text(4),
                    row.Text(5),
                    row.Text(6),
                    row.OptionalInteger(7),
                    FromUnixMillis(row.Integer(8)),
                    row.Text(9),
                    std::nullopt,
                    row.Text(11)};
  if (!row.IsNull(10)) letter.resolved_at = FromUnixMillis(row.Integer(10));
  return letter;
}

std::string LetterConditions(const DeadLetterQuery& query) {
  std::string conditions = "WHERE 1 ";
  if (!query.transform.empty()) conditions += "AND transform = ?1 ";
  if (!query.run_id.empty()) conditions += "AND run_id = ?2 ";
  if (!query.bucket.empty()) conditions += "AND bucket = ?3 ";
  if (!query.prefix.empty()) conditions += "AND substr(key, 1, length(?4)) = ?4 ";
  if (query.state) conditions += StateCondition(*query.state);
  return conditions + "AND ?5 = 0 ";  // so that all five parameters exist
}

void BindLetterConditions(sqlite::Statement& statement, const DeadLetterQuery& query) {
  statement.Bind(1, query.transform)
      .Bind(2, query.run_id)
      .Bind(3, query.bucket)
      .Bind(4, query.prefix)
      .Bind(5, 0);
}

}  // namespace tarn::transform
