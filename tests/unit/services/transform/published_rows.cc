#include "tests/unit/services/transform/published_rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>

#include "common/duckdb/engine.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message() + " at " + result.error().where());
  return std::move(result).value();
}

std::string Reader(const std::string& key) {
  if (key.find(".parquet") != std::string::npos) return "read_parquet($file, hive_partitioning = false)";
  if (key.find(".csv") != std::string::npos) {
    return "read_csv($file, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', "
           "allow_quoted_nulls = false, hive_partitioning = false)";
  }
  return "read_ndjson($file, hive_partitioning = false)";
}

std::vector<object_store::ObjectInfo> List(object_store::ObjectStore& store, const std::string& prefix) {
  return Must(store.List({"transformed", prefix, "", "", 100'000})).objects;
}

// "db/t/year=2024/part.parquet" gives year.
void AddPartition(json& row, const std::string& key) {
  static const std::regex kSegment("/([^/=]+)=([^/]*)(?=/)");
  for (std::sregex_iterator at(key.begin(), key.end(), kSegment), end; at != end; ++at) {
    const std::string value = (*at)[2];
    row[(*at)[1].str()] = value == "__HIVE_DEFAULT_PARTITION__" ? json() : json(value);
  }
}

}  // namespace

json QueryObject(object_store::ObjectStore& store, const std::string& key, const std::string& query) {
  const auto object = Must(store.Head("transformed", key));
  const auto pin = Must(store.PinFiles({{object.bucket, object.key, object.version}}));
  duckdb::InstanceOptions options;
  options.allowed_directories = {pin->directory()};
  const auto instance = Must(duckdb::Instance::Open(options));
  const auto connection = Must(instance->Connect());
  const std::string file = duckdb::QuoteLiteral(pin->files()[0].string());
  std::string sql = query;
  for (size_t at = sql.find("$file"); at != std::string::npos; at = sql.find("$file"))
    sql.replace(at, 5, file);
  return Must(connection->Rows(sql));
}

json RowsOfObject(object_store::ObjectStore& store, const std::string& key) {
  return QueryObject(store, key, "SELECT * FROM " + Reader(key));
}

json PublishedRows(object_store::ObjectStore& store, const std::string& table) {
  std::string prefix = table + "/";
  prefix[table.find('.')] = '/';
  std::vector<json> rows;
  for (const auto& object : List(store, prefix)) {
    for (json row : RowsOfObject(store, object.key)) {
      AddPartition(row, object.key);
      rows.push_back(std::move(row));
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<std::string> PublishedKeys(object_store::ObjectStore& store, const std::string& prefix) {
  std::vector<std::string> keys;
  for (const auto& object : List(store, prefix))
    keys.push_back(std::regex_replace(object.key, std::regex("-[0-9a-z]{26}"), "-*"));
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace tarn::transform
