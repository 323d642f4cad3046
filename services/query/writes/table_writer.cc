#include "services/query/writes/table_writer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "common/json/json.h"
#include "services/query/ddl/catalog_commands.h"
#include "services/query/writes/write_layout.h"

namespace tarn::query {
namespace {

using nlohmann::json;
using object_store::Change;

const char* MediaType(const RowLayout& layout) {
  if (layout.format == RowFormat::kParquet) return "application/vnd.apache.parquet";
  if (layout.compression == "gzip") return "application/gzip";
  if (layout.compression == "zstd") return "application/zstd";
  return layout.format == RowFormat::kCsv ? "text/csv; charset=utf-8" : "application/x-ndjson";
}

json DeclarationOf(const RowLayout& layout, const std::string& location) {
  json body = {{"location", location}, {"columns", json::array()}};
  json types = json::object();
  for (const auto& column : layout.columns) {
    body["columns"].push_back({{"name", column.name}, {"type", column.type}});
    types[column.name] = column.type;
  }
  for (const auto& key : layout.partitions)
    body["columns"].push_back({{"name", key.name}, {"type", key.type}, {"partition_key", true}});
  if (layout.format == RowFormat::kCsv) {
    body["classifiers"] = json::array({{{"name", "written"},
                                        {"kind", "csv"},
                                        {"delimiter", layout.delimiter},
                                        {"quote", layout.quote},
                                        {"escape", layout.escape},
                                        {"header", layout.header},
                                        {"types", std::move(types)}}});
  }
  if (layout.format == RowFormat::kJson)
    body["classifiers"] = json::array({{{"name", "written"}, {"kind", "json"}, {"types", std::move(types)}}});
  return body;
}

// "<id>-0.parquet", below the folder of the partition.
std::vector<std::string> KeysOf(const WrittenRows& written, const RowLayout& layout,
                                const std::string& prefix, const std::string& id) {
  std::vector<std::string> keys;
  for (size_t i = 0; i < written.files.size(); ++i)
    keys.push_back(prefix + written.files[i].folder + id + '-' + std::to_string(i) + layout.Suffix());
  return keys;
}

Error Taken(const ObjectName& table) {
  return Error(Code::kConflict,
               "there is a table or a view of that name already: " + table.database + '.' + table.name);
}

}  // namespace

Status TableWriter::CheckPlace(const std::string& location) {
  const auto [bucket, prefix] = SplitLocation(location);
  TARN_ASSIGN(const auto buckets, parts_.store.ListBuckets());
  if (std::find(buckets.begin(), buckets.end(), bucket) == buckets.end())
    return Error(Code::kUnprocessable, "there is no bucket " + bucket);
  TARN_ASSIGN(const auto page, parts_.store.List({bucket, prefix, "", "", 1}));
  if (page.objects.empty()) return Ok();
  return Error(Code::kConflict, "there are objects already at s3://" + location + "; choose an empty place");
}

Result<bool> TableWriter::CanCreate(const ObjectName& table, const WriteOptions& options,
                                    std::stop_token cancelled) {
  const auto known = parts_.rest.Get(TablePath(table), cancelled);
  if (known.ok()) return false;
  if (known.error().code() != Code::kNotFound) return known.error();
  const auto view = parts_.rest.Get(ViewPath(table), cancelled);
  if (view.ok()) return Taken(table);
  if (view.error().code() != Code::kNotFound) return view.error();
  if (!options.location.empty()) TARN_TRY(CheckPlace(options.location));
  return true;
}

Result<object_store::CommitResult> TableWriter::Commit(const WrittenRows& written, const RowLayout& layout,
                                                       const std::string& bucket, const std::string& prefix,
                                                       const std::string& id) {
  const auto keys = KeysOf(written, layout, prefix, id);
  std::vector<Change> changes;
  for (size_t i = 0; i < keys.size(); ++i) {
    Change change{bucket, keys[i], nullptr, {}};
    TARN_ASSIGN(change.content, parts_.store.StageFile(written.files[i].file));
    change.options.content_type = MediaType(layout);
    changes.push_back(std::move(change));
  }
  object_store::CommitOptions options;
  options.token = id;
  return parts_.store.Commit(std::move(changes), options);
}

Result<int64_t> TableWriter::CreateTable(const ObjectName& table, const WriteOptions& options, bool no_data,
                                         duckdb::ResultStream& rows, const std::string& id,
                                         std::stop_token cancelled) {
  TARN_ASSIGN(const RowLayout layout, LayoutOf(rows.columns(), options));
  std::string location = options.location;
  if (location.empty()) {
    location = std::string(kBucket) + '/' + table.database + '/' + table.name + '/' + id + '/';
    TARN_TRY(parts_.store.EnsureBucket(kBucket));
  }
  const auto [bucket, prefix] = SplitLocation(location);
  WrittenRows written;
  if (!no_data) {
    TARN_ASSIGN(written, parts_.rows.Write(rows, layout, cancelled));
  }
  const auto keys = KeysOf(written, layout, prefix, id);
  const std::string first_key = keys.empty() ? "" : keys[0];
  const PendingTable pending{
      id,     table.database, table.name, tarn::json::Dump(DeclarationOf(layout, location)),
      bucket, prefix,         first_key};
  TARN_TRY(parts_.journal.Put(pending, {id, written.rows, table.database, table.name, bucket, first_key}));
  int64_t sequence = 0;
  if (!keys.empty()) {
    const auto committed = Commit(written, layout, bucket, prefix, id);
    if (!committed.ok()) {
      TARN_TRY(parts_.journal.RemoveRecord(id));
      TARN_TRY(parts_.journal.RemoveTable(id));
      return committed.error();
    }
    sequence = committed->last_sequence;
  }
  // From here on there is no way back but one: the name is taken.
  const auto declared = Declare(pending, {});
  if (!declared.ok()) {
    TARN_TRY(Undo(pending));
    return declared.error();
  }
  TARN_TRY(parts_.journal.RemoveTable(id));
  TARN_TRY(AwaitFiles(table, static_cast<int64_t>(keys.size()), sequence, cancelled));
  return written.rows;
}

Status TableWriter::Declare(const PendingTable& table, std::stop_token cancelled) {
  const ObjectName name{table.database, table.name};
  TARN_ASSIGN(const json body, tarn::json::Parse(table.declaration));
  const auto made = parts_.rest.Put(TablePath(name), body, true, cancelled);
  if (made.ok()) return Ok();
  if (made.error().code() == Code::kPreconditionFailed || made.error().code() == Code::kConflict) {
    // It may be ours, made just before an earlier process ended.
    const auto known = parts_.rest.Get(TablePath(name), cancelled);
    if (known.ok() && known->value("location", "") == body.value("location", "?")) return Ok();
    return Taken(name);
  }
  if (made.error().code() == Code::kInvalidArgument)
    return Error(Code::kUnprocessable, made.error().message());
  return made.error();
}

Result<TableWriter::Target> TableWriter::FindTarget(const InsertStatement& insert, const ObjectName& table,
                                                    std::stop_token cancelled) {
  const catalog_client::TableRequest request{{table.database, table.name}};
  TARN_ASSIGN(const auto names, parts_.catalog.ResolveNames({request}, 0, cancelled));
  const std::string shown = table.database + '.' + table.name;
  if (names[0].view) return Error(Code::kUnprocessable, shown + " is a view; rows are added to tables");
  if (!names[0].table) return Error(Code::kUnprocessable, "there is no table " + shown);
  const auto& snapshot = *names[0].table;
  TARN_ASSIGN(const json known, parts_.rest.Get(TablePath(table), cancelled));
  const std::string location = known.value("location", "");
  if (location.find('/') == std::string::npos)
    return Error(Code::kUnprocessable, "it is not known where the files of the table stand: " + shown);
  Target target;
  target.table = table;
  TARN_ASSIGN(target.layout, LayoutFor(snapshot, insert.columns));
  std::tie(target.bucket, target.prefix) = SplitLocation(location.ends_with('/') ? location : location + '/');
  for (const auto& file : snapshot.files) {
    for (const auto& key : target.layout.partitions) {
      if (file.key.find('/' + key.name + '=') == std::string::npos)
        return Error(Code::kUnprocessable,
                     "rows cannot be added to this table: its folders are not called " + key.name + "=value");
    }
  }
  return target;
}

Result<int64_t> TableWriter::Insert(const Target& target, duckdb::ResultStream& rows, const std::string& id,
                                    std::stop_token cancelled) {
  const size_t wanted = target.layout.columns.size() + target.layout.partitions.size();
  if (rows.columns().size() != wanted) {
    return Error(Code::kUnprocessable, "the query gives " + std::to_string(rows.columns().size()) +
                                           " columns, " + std::to_string(wanted) + " are wanted");
  }
  TARN_ASSIGN(const auto written, parts_.rows.Write(rows, target.layout, cancelled));
  if (written.rows == 0) return 0;
  const auto keys = KeysOf(written, target.layout, target.prefix, id);
  const ObjectName& table = target.table;
  TARN_TRY(parts_.journal.Record({id, written.rows, table.database, table.name, target.bucket, keys[0]}));
  TARN_ASSIGN(const auto committed, Commit(written, target.layout, target.bucket, target.prefix, id));
  TARN_TRY(AwaitFiles(target.table, 1, committed.last_sequence, cancelled));
  return written.rows;
}

Result<int64_t> TableWriter::Unload(const WriteOptions& options, duckdb::ResultStream& rows,
                                    const std::string& id, std::stop_token cancelled) {
  TARN_ASSIGN(const RowLayout layout, LayoutOf(rows.columns(), options));
  const auto [bucket, prefix] = SplitLocation(options.location);
  TARN_ASSIGN(const auto written, parts_.rows.Write(rows, layout, cancelled));
  if (written.files.empty()) return 0;
  const auto keys = KeysOf(written, layout, prefix, id);
  TARN_TRY(parts_.journal.Record({id, written.rows, "", "", bucket, keys[0]}));
  TARN_ASSIGN(const auto committed, Commit(written, layout, bucket, prefix, id));
  (void)committed;
  return written.rows;
}

}  // namespace tarn::query
