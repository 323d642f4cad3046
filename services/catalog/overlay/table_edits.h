#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tarn::catalog {

/// What a person changed about a column that files have.
struct ColumnEdit {
  int64_t id = 0;          ///< of the column
  std::string found_name;  ///< what the files call it: finds a column again that was gone for a while
  std::optional<std::string> name{};
  std::optional<std::string> type{};  ///< as DuckDB writes it
  std::optional<std::string> comment{};

  bool empty() const { return !name && !type && !comment; }
  bool operator==(const ColumnEdit&) const = default;
};

/// A column that a person declared, whether files have it or not.
struct DeclaredColumn {
  int64_t id = 0;
  std::string name;
  std::string type;
  std::string comment{};
  bool partition_key = false;

  bool operator==(const DeclaredColumn&) const = default;
};

/// What people say of a table, kept apart from what crawls find and laid over it at the end of each merge
/// (ApplyEdits): no crawl overwrites it, and taking it away brings back what the files give.
struct TableEdits {
  std::string description{};
  std::string owner{};
  std::map<std::string, std::string> parameters{};
  std::vector<ColumnEdit> columns{};
  /// The table's columns in order, if it was made by declaring them: what else files have is left out.
  std::vector<DeclaredColumn> declared{};

  bool operator==(const TableEdits&) const = default;
};

}  // namespace tarn::catalog
