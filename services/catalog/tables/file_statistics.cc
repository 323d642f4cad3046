#include "services/catalog/tables/file_statistics.h"

#include <algorithm>
#include <map>

namespace tarn::catalog {
namespace {

// What an entry has, after the number of its column.
constexpr uint64_t kNulls = 1, kMin = 2, kMax = 4, kMaxIsMin = 8, kDistinct = 16;

// Seven bits a byte, the lowest first; the highest bit says that there are more.
void PutNumber(uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void PutText(const std::string& text, std::string& out) {
  PutNumber(text.size(), out);
  out += text;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool done() const { return rest_.empty(); }
  bool damaged() const { return damaged_; }

  uint64_t Number() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    damaged_ = true;
    return 0;
  }

  std::string_view Text() {
    const uint64_t size = Number();
    damaged_ |= size > rest_.size();
    if (damaged_) return {};
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

 private:
  std::string_view rest_;
  bool damaged_ = false;
};

void PutEntry(size_t column, const ColumnStatistics& statistics, std::string& out) {
  const bool same = statistics.min && statistics.max == statistics.min;
  uint64_t flags = same ? kMaxIsMin : 0;
  if (statistics.nulls) flags |= kNulls;
  if (statistics.min) flags |= kMin;
  if (statistics.max && !same) flags |= kMax;
  if (statistics.distinct) flags |= kDistinct;
  if (flags == 0) return;
  PutNumber(column, out);
  PutNumber(flags, out);
  if (statistics.nulls) PutNumber(static_cast<uint64_t>(*statistics.nulls), out);
  if (statistics.min) PutText(*statistics.min, out);
  if (statistics.max && !same) PutText(*statistics.max, out);
  if (statistics.distinct) PutNumber(static_cast<uint64_t>(*statistics.distinct), out);
}

StoredStatistics ReadEntry(Reader& reader) {
  StoredStatistics entry;
  entry.column = reader.Number();
  const uint64_t flags = reader.Number();
  if (flags & kNulls) entry.nulls = static_cast<int64_t>(reader.Number());
  if (flags & kMin) entry.min = reader.Text();
  if (flags & kMax) entry.max = reader.Text();
  if (flags & kMaxIsMin) entry.max = entry.min;
  if (flags & kDistinct) entry.distinct = static_cast<int64_t>(reader.Number());
  return entry;
}

// Most often they are in the order of the columns; false if they are not.
bool InOrder(const std::vector<ColumnStatistics>& statistics, const FileLayout& layout, std::string& stored) {
  size_t next = 0;
  for (size_t i = 0; i < layout.columns.size() && next < statistics.size(); ++i) {
    if (statistics[next].column == layout.columns[i].name) PutEntry(i, statistics[next++], stored);
  }
  return next == statistics.size();
}

}  // namespace

std::string StoreStatistics(const std::vector<ColumnStatistics>& statistics, const FileLayout& layout) {
  std::string stored;
  if (InOrder(statistics, layout, stored)) return stored;
  std::map<std::string_view, const ColumnStatistics*> by_column;
  for (const ColumnStatistics& column : statistics) by_column.emplace(column.column, &column);
  stored.clear();
  for (size_t i = 0; i < layout.columns.size(); ++i) {
    const auto found = by_column.find(layout.columns[i].name);
    if (found != by_column.end()) PutEntry(i, *found->second, stored);
  }
  return stored;
}

Status ReadStatistics(std::string_view stored, const std::function<void(const StoredStatistics&)>& take) {
  Reader reader(stored);
  while (!reader.done()) {
    const StoredStatistics entry = ReadEntry(reader);
    if (reader.damaged())
      return Error(Code::kInternal, "the catalog's record of a file's statistics is damaged");
    take(entry);
  }
  return Ok();
}

Result<std::vector<ColumnStatistics>> LoadStatistics(std::string_view stored, const FileLayout& layout) {
  std::vector<ColumnStatistics> statistics;
  TARN_TRY(ReadStatistics(stored, [&](const StoredStatistics& entry) {
    if (entry.column >= layout.columns.size()) return;
    ColumnStatistics& added = statistics.emplace_back();
    added.column = layout.columns[entry.column].name;
    added.nulls = entry.nulls;
    if (entry.min) added.min = std::string(*entry.min);
    if (entry.max) added.max = std::string(*entry.max);
    added.distinct = entry.distinct;
  }));
  return statistics;
}

}  // namespace tarn::catalog
