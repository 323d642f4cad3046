#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/table_filter/filter.h"

namespace tarn::query {

/// A column of a system table, and where in an item its value stands (a JSON pointer; empty: under the
/// column's name).
struct SystemColumn {
  const char* name;
  const char* type;
  const char* pointer = "";
};

/// Takes the rows of a table and keeps those within bounds.
class RowSink {
 public:
  static constexpr int64_t kMaxRows = 100'000;
  static constexpr size_t kMaxBytes = 64 << 20;

  RowSink(std::string table, const std::vector<SystemColumn>& columns, const char* narrow_by)
      : table_(std::move(table)), columns_(columns), narrow_by_(narrow_by) {}

  /// Takes what the columns say out of an item. Errors: kResourceExhausted when there are more rows than a
  /// statement may read, with the columns to narrow it by.
  Status Add(const nlohmann::json& item);
  /// A JSON array of the rows.
  std::string TakeRows();

 private:
  const std::string table_;
  const std::vector<SystemColumn>& columns_;
  const char* narrow_by_;
  std::string rows_;
  int64_t count_ = 0;
};

/// What a statement wants of a system table.
struct SystemRead {
  std::vector<table_filter::Filter> filters;
  std::stop_token cancelled;
};

/// The text that a filter wants in a column, or nothing.
std::optional<std::string> WantedText(const SystemRead& read, std::string_view column);

/// A table that shows a service's own state. Rows that its filters do not want may be among them.
struct SystemTable {
  const char* database;
  const char* name;
  std::vector<SystemColumn> columns;
  /// The columns that keep the rows few when a statement compares them with a text.
  const char* narrow_by;
  /// Errors: kUnavailable with the service that does not answer; those of the sink.
  std::function<Status(const SystemRead& read, RowSink& sink)> read;
};

}  // namespace tarn::query
