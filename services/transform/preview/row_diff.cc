#include "services/transform/preview/row_diff.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/json/json.h"
#include "services/transform/preview/given_rows.h"

namespace tarn::transform {
namespace {

using duckdb::Column;
using duckdb::QuoteIdentifier;
using nlohmann::json;

// Two rows that agree in at least this part of their columns are the same row with other values.
constexpr double kAlike = 0.5;

// Rows by their values, each an array in the order of the columns.
using Rows = std::vector<json>;

Result<std::vector<Column>> ComparedColumns(const std::vector<Column>& columns, const json& expected) {
  if (expected.empty()) return columns;
  std::vector<Column> compared;
  for (const Column& column : columns) {
    if (std::any_of(expected.begin(), expected.end(),
                    [&](const json& row) { return row.contains(column.name); }))
      compared.push_back(column);
  }
  for (const json& row : expected) {
    for (const auto& [name, value] : row.items()) {
      if (std::any_of(columns.begin(), columns.end(),
                      [&](const Column& column) { return column.name == name; }))
        continue;
      std::string known;
      for (const Column& column : columns) known += (known.empty() ? "" : ", ") + column.name;
      return Error(Code::kInvalidArgument, "there is no column " + name + "; there are " + known);
    }
  }
  return compared;
}

Result<Rows> Fetch(duckdb::Connection& connection, const std::string& query, std::stop_token cancelled) {
  TARN_ASSIGN(const auto stream, connection.Execute(query, {}, cancelled));
  Rows rows;
  while (true) {
    TARN_ASSIGN(const auto chunk, stream->Next());
    if (!chunk) return rows;
    for (size_t row = 0; row < chunk->rows(); ++row) {
      if (rows.size() == kMaxComparedRows)
        return Error(Code::kTooLarge, "more than " + std::to_string(kMaxComparedRows) + " rows");
      json values = json::array();
      for (size_t column = 0; column < stream->columns().size(); ++column)
        values.push_back(chunk->IsNull(row, column) ? json() : chunk->Json(row, column));
      rows.push_back(std::move(values));
    }
  }
}

// Numbers with as many digits as sums in another order still have in common.
void Round(json& value, bool single) {
  if (value.is_number_float()) {
    char text[32];
    std::snprintf(text, sizeof text, single ? "%.6g" : "%.12g", value.get<double>());
    value = text;
  } else if (value.is_structured()) {
    for (json& part : value) Round(part, single);
  }
}

std::string CanonicalValue(json value, const Column& column) {
  Round(value, column.type.find("FLOAT") != std::string::npos);
  return tarn::json::Dump(value);
}

std::vector<std::string> Canonical(const json& row, const std::vector<Column>& columns) {
  std::vector<std::string> values;
  for (size_t i = 0; i < columns.size(); ++i) values.push_back(CanonicalValue(row[i], columns[i]));
  return values;
}

struct Row {
  json values;
  std::vector<std::string> canonical;
};

// In the order of the columns, which a JSON object would not keep.
std::string RowText(const json& values, const std::vector<Column>& columns) {
  std::string text;
  for (size_t i = 0; i < columns.size(); ++i) {
    text +=
        (text.empty() ? "{" : ", ") + tarn::json::Dump(columns[i].name) + ": " + tarn::json::Dump(values[i]);
  }
  return text.empty() ? "{}" : text + "}";
}

// Takes out of both lists what they have in common.
void Cancel(std::vector<Row>& missing, std::vector<Row>& unexpected) {
  std::map<std::vector<std::string>, size_t> counts;
  for (const Row& row : missing) ++counts[row.canonical];
  std::map<std::vector<std::string>, size_t> common;
  std::erase_if(unexpected, [&](const Row& row) {
    auto& count = counts[row.canonical];
    if (count == 0) return false;
    --count;
    ++common[row.canonical];
    return true;
  });
  std::erase_if(missing, [&](const Row& row) {
    auto& count = common[row.canonical];
    if (count == 0) return false;
    --count;
    return true;
  });
}

size_t Agreement(const Row& a, const Row& b) {
  size_t equal = 0;
  for (size_t i = 0; i < a.canonical.size(); ++i) equal += a.canonical[i] == b.canonical[i];
  return equal;
}

// The unexpected row that is most like a missing one.
std::optional<size_t> Alike(const Row& missing, const std::vector<Row>& unexpected) {
  std::optional<size_t> best;
  size_t most = 0;
  for (size_t i = 0; i < unexpected.size(); ++i) {
    const size_t equal = Agreement(missing, unexpected[i]);
    if (equal > most) {
      most = equal;
      best = i;
    }
  }
  if (static_cast<double>(most) < kAlike * static_cast<double>(missing.canonical.size())) return std::nullopt;
  return best;
}

ChangedRow Changed(const Row& expected, const Row& actual, const std::vector<Column>& columns) {
  ChangedRow changed{RowText(expected.values, columns), {}};
  for (size_t i = 0; i < columns.size(); ++i) {
    if (expected.canonical[i] == actual.canonical[i]) continue;
    changed.values.push_back(
        {columns[i].name, tarn::json::Dump(expected.values[i]), tarn::json::Dump(actual.values[i])});
  }
  return changed;
}

RowDiff Describe(std::vector<Row> missing, std::vector<Row> unexpected, const std::vector<Column>& columns) {
  RowDiff diff;
  for (const Row& row : missing) {
    if (diff.changed.size() + diff.missing.size() == RowDiff::kMaxShown) {
      ++diff.left_out;
      continue;
    }
    const auto alike = Alike(row, unexpected);
    if (!alike) {
      diff.missing.push_back(RowText(row.values, columns));
      continue;
    }
    diff.changed.push_back(Changed(row, unexpected[*alike], columns));
    unexpected.erase(unexpected.begin() + static_cast<ptrdiff_t>(*alike));
  }
  for (const Row& row : unexpected) {
    if (diff.unexpected.size() == RowDiff::kMaxShown)
      ++diff.left_out;
    else
      diff.unexpected.push_back(RowText(row.values, columns));
  }
  return diff;
}

}  // namespace

Result<RowDiff> CompareRows(duckdb::Connection& connection, const std::string& relation,
                            const std::vector<Column>& columns, const json& expected,
                            std::stop_token cancelled) {
  TARN_ASSIGN(const auto compared, ComparedColumns(columns, expected));
  std::string names;
  for (const Column& column : compared) names += (names.empty() ? "" : ", ") + QuoteIdentifier(column.name);
  auto wanted = Fetch(connection, RowsQuery(expected, compared), cancelled);
  if (!wanted.ok() && wanted.error().code() == Code::kUnprocessable)
    return Error(Code::kInvalidArgument,
                 "an expected value is not of its column's type: " + wanted.error().message());
  if (!wanted.ok()) return wanted.error();
  TARN_ASSIGN(auto actual,
              Fetch(connection, "SELECT " + (names.empty() ? "1" : names) + " FROM " + relation, cancelled));
  std::vector<Row> missing, unexpected;
  for (json& row : *wanted) missing.push_back({row, Canonical(row, compared)});
  for (json& row : actual) unexpected.push_back({row, Canonical(row, compared)});
  Cancel(missing, unexpected);
  return Describe(std::move(missing), std::move(unexpected), compared);
}

json RowDiff::ToJson() const {
  json value = {{"relation", relation}, {"left_out", left_out}};
  for (const char* list : {"missing", "unexpected", "changed"}) value[list] = json::array();
  for (const std::string& row : missing) value["missing"].push_back(json::parse(row));
  for (const std::string& row : unexpected) value["unexpected"].push_back(json::parse(row));
  for (const ChangedRow& row : changed) {
    json columns = json::object();
    for (const auto& one : row.values)
      columns[one.column] = {{"expected", json::parse(one.expected)}, {"actual", json::parse(one.actual)}};
    value["changed"].push_back({{"row", json::parse(row.row)}, {"columns", columns}});
  }
  return value;
}

std::string RowDiff::Text() const {
  std::string text;
  for (const std::string& row : missing) text += relation + ": missing    " + row + "\n";
  for (const std::string& row : unexpected) text += relation + ": unexpected " + row + "\n";
  for (const ChangedRow& row : changed) {
    text += relation + ": differs    " + row.row + "\n";
    for (const auto& value : row.values)
      text += "  " + value.column + " is " + value.actual + ", expected " + value.expected + "\n";
  }
  if (left_out > 0) text += relation + ": and " + std::to_string(left_out) + " more differences\n";
  return text;
}

}  // namespace tarn::transform
