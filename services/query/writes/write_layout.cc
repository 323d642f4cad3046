#include "services/query/writes/write_layout.h"

#include <algorithm>
#include <set>

#include "common/text/lower_case.h"
#include "services/query/writes/storable_type.h"

namespace tarn::query {
namespace {

Error NotWritten(const std::string& why) {
  return Error(Code::kUnprocessable, "rows cannot be added to this table: " + why +
                                         "; make another one by CREATE TABLE ... AS SELECT");
}

bool IsNested(const std::string& type) {
  return type.ends_with("]") || type.starts_with("STRUCT(") || type.starts_with("MAP(");
}

// The name in the files of what the table calls so.
std::string NameInFiles(const catalog_client::FileLayout* layout, const std::string& column) {
  if (!layout) return column;
  for (const auto& known : layout->columns) {
    if (known.column == column) return known.name;
  }
  return column;
}

Status TakeFormat(const catalog_client::FileLayout& file, RowLayout& layout) {
  switch (file.format) {
    case catalog_client::FileFormat::kParquet:
      return Ok();
    case catalog_client::FileFormat::kJson:
      layout.format = RowFormat::kJson;
      return file.records_path.empty() ? Ok()
                                       : Status(NotWritten("its records stand inside of other objects"));
    case catalog_client::FileFormat::kCsv:
      break;
  }
  const auto& csv = file.csv;
  layout.format = RowFormat::kCsv;
  if (!csv.pattern.empty()) return NotWritten("its files are lines that a pattern takes apart");
  if (csv.quote.empty())
    return NotWritten("its files have no quotes, so that not every text can stand in them");
  if (csv.skip_lines > 0 || !csv.comment.empty()) return NotWritten("its files have lines that are left out");
  if (!csv.encoding.empty() && csv.encoding != "utf-8") return NotWritten("its files are in " + csv.encoding);
  if (std::any_of(csv.formats.begin(), csv.formats.end(), [](const auto& format) { return !format.empty(); }))
    return NotWritten("its files have dates of another form");
  layout.delimiter = csv.delimiter;
  layout.quote = csv.quote;
  layout.escape = csv.escape.empty() ? csv.quote : csv.escape;
  layout.header = csv.has_header;
  return Ok();
}

// CSV without a header is read by position: the columns stand as in the files that are there.
void OrderLikeFiles(const catalog_client::FileLayout& file, std::vector<StoredColumn>& columns) {
  const auto place = [&](const StoredColumn& column) {
    const auto& names = file.csv.columns;
    return std::find(names.begin(), names.end(), column.name) - names.begin();
  };
  std::stable_sort(columns.begin(), columns.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

}  // namespace

std::pair<std::string, std::string> SplitLocation(const std::string& location) {
  const size_t slash = std::min(location.find('/'), location.size());
  return {location.substr(0, slash), location.substr(std::min(slash + 1, location.size()))};
}

Result<RowLayout> LayoutOf(const std::vector<duckdb::Column>& rows, const WriteOptions& options) {
  RowLayout layout;
  if (options.format == "TEXTFILE") layout.format = RowFormat::kCsv;
  if (options.format == "JSON") layout.format = RowFormat::kJson;
  if (!options.delimiter.empty()) layout.delimiter = options.delimiter;
  layout.compression = text::LowerCase(options.compression);
  std::set<std::string> names;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto& [name, type] = rows[i];
    if (name.empty() || !names.insert(text::LowerCase(name)).second)
      return Error(Code::kUnprocessable, "each column needs a name of its own, with AS; got twice: " + name);
    const auto stored = StorableType(type);
    if (!stored || (layout.format == RowFormat::kCsv && IsNested(type)))
      return Error(Code::kUnprocessable, "the column " + name + " cannot be written as " + options.format +
                                             ": " + type + "; CAST it to another type");
    const auto is_it = [&](const std::string& key) { return text::LowerCase(key) == text::LowerCase(name); };
    const bool key = std::any_of(options.partitioned_by.begin(), options.partitioned_by.end(), is_it);
    if (!key) layout.columns.push_back({name, *stored, i});
  }
  for (const auto& key : options.partitioned_by) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& column) {
      return text::LowerCase(column.name) == text::LowerCase(key);
    });
    if (found == rows.end())
      return Error(Code::kUnprocessable,
                   "partitioned_by names a column that the query does not have: " + key);
    layout.partitions.push_back(
        {text::LowerCase(key), *StorableType(found->type), static_cast<size_t>(found - rows.begin())});
  }
  if (layout.columns.empty())
    return Error(Code::kUnprocessable, "at least one column must not be one of partitioned_by");
  return layout;
}

Result<RowLayout> LayoutFor(const catalog_client::TableSnapshot& table,
                            const std::vector<std::string>& columns) {
  RowLayout layout;
  const catalog_client::FileLayout* file = table.files.empty() ? nullptr : table.files.back().layout.get();
  if (file) TARN_TRY(TakeFormat(*file, layout));
  std::vector<std::string> given = columns;
  if (given.empty()) {
    for (const auto& column : table.columns) given.push_back(column.name);
  }
  std::set<std::string> seen;
  for (size_t i = 0; i < given.size(); ++i) {
    const auto column = std::find_if(table.columns.begin(), table.columns.end(), [&](const auto& known) {
      return text::LowerCase(known.name) == text::LowerCase(given[i]);
    });
    if (column == table.columns.end())
      return Error(Code::kUnprocessable, "the table has no column " + given[i]);
    if (!seen.insert(column->name).second)
      return Error(Code::kUnprocessable, "the column is named twice: " + given[i]);
    auto& list = column->partition_key ? layout.partitions : layout.columns;
    list.push_back({column->partition_key ? column->name : NameInFiles(file, column->name), column->type, i});
  }
  std::vector<StoredColumn> ordered;
  for (const auto& column : table.columns) {
    if (!column.partition_key) continue;
    const auto key = std::find_if(layout.partitions.begin(), layout.partitions.end(),
                                  [&](const auto& given_key) { return given_key.name == column.name; });
    if (key == layout.partitions.end())
      return Error(Code::kUnprocessable, "the rows need a value for the partition key " + column.name);
    ordered.push_back(*key);
  }
  layout.partitions = std::move(ordered);
  if (layout.columns.empty())
    return Error(Code::kUnprocessable, "the rows need a column beside the partition keys");
  if (layout.format == RowFormat::kCsv) {
    const bool all = layout.columns.size() + layout.partitions.size() == table.columns.size();
    if (!layout.header && !all)
      return NotWritten("its files have no header, so that no column can be left out");
    OrderLikeFiles(*file, layout.columns);
  }
  return layout;
}

}  // namespace tarn::query
