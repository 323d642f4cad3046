#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/sql_gate/syntax_walk.h"

namespace tarn::sql_gate {

/// What was found of the statements that were let through last: dashboards send the same ones again and
/// again, and what the gate finds depends on the text alone. Thread-safe.
class RecentChecks {
 public:
  static constexpr size_t kMaxStatements = 512;
  static constexpr size_t kMaxSqlBytes = 8 << 10;  ///< longer ones are not kept

  std::optional<CheckedStatement> Find(const std::string& sql);
  /// In place of the one that was not asked for the longest.
  void Add(const std::string& sql, const CheckedStatement& checked);

  size_t size() const;

 private:
  using Item = std::pair<std::string, CheckedStatement>;

  mutable std::mutex mutex_;
  std::list<Item> items_;                                                   // asked for last: first
  std::unordered_map<std::string_view, std::list<Item>::iterator> places_;  // by the items' texts
};

}  // namespace tarn::sql_gate
