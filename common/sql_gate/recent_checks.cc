#include "common/sql_gate/recent_checks.h"

namespace tarn::sql_gate {

std::optional<CheckedStatement> RecentChecks::Find(const std::string& sql) {
  const std::scoped_lock lock(mutex_);
  const auto found = places_.find(sql);
  if (found == places_.end()) return std::nullopt;
  items_.splice(items_.begin(), items_, found->second);
  return found->second->second;
}

void RecentChecks::Add(const std::string& sql, const CheckedStatement& checked) {
  if (sql.size() > kMaxSqlBytes) return;
  const std::scoped_lock lock(mutex_);
  if (places_.contains(sql)) return;
  items_.emplace_front(sql, checked);
  places_.emplace(items_.front().first, items_.begin());
  if (items_.size() <= kMaxStatements) return;
  places_.erase(items_.back().first);
  items_.pop_back();
}

size_t RecentChecks::size() const {
  const std::scoped_lock lock(mutex_);
  return items_.size();
}

}  // namespace tarn::sql_gate
