#include "tests/unit/services/catalog/pruning/random_lake.h"

#include <filesystem>
#include <stdexcept>

#include "common/catalog_client/snapshot_message.h"
#include "common/table_view/table_view.h"
#include "services/catalog/crawlers/partition_values.h"
#include "services/catalog/tables/snapshot_message.h"

namespace tarn::catalog {
namespace {

struct TestColumn {
  const char* name;
  const char* type;
  const char* narrow;  // what some files have instead
};

constexpr TestColumn kColumns[] = {
    {"i", "INTEGER", "SMALLINT"},  {"b", "BIGINT", "INTEGER"},   {"u", "UBIGINT", "UBIGINT"},
    {"h", "HUGEINT", "HUGEINT"},   {"n", "DECIMAL(10,2)", "DECIMAL(10,2)"}, {"w", "DECIMAL(30,5)", "DECIMAL(30,5)"},
    {"f", "FLOAT", "FLOAT"},       {"x", "DOUBLE", "BIGINT"},    {"s", "VARCHAR", "VARCHAR"},
    {"day", "DATE", "DATE"},       {"t", "TIMESTAMP", "DATE"},   {"z", "TIMESTAMPTZ", "TIMESTAMPTZ"},
    {"ok", "BOOLEAN", "BOOLEAN"},  {"blob", "BLOB", "BLOB"},     {"id", "UUID", "UUID"},
    {"time", "TIME", "TIME"},      {"list", "INTEGER[]", "INTEGER[]"}};

struct TestKey {
  const char* name;
  std::vector<const char*> values;
};

const TestKey kKeys[] = {{"year", {"2024", "2025", "2026", "__HIVE_DEFAULT_PARTITION__"}},
                         {"code", {"DE", "7", "07", "-3", "2026-01-05", "ä", "10", "__HIVE_DEFAULT_PARTITION__"}},
                         {"date", {"2026-01-01", "2026-01-09", "2026-01-10", "2025-12-31"}}};

template <class T>
T Must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().message());
  return std::move(result).value();
}

void Must(Status status) {
  if (!status.ok()) throw std::runtime_error(status.error().message());
}

std::string Quoted(const std::string& text) { return duckdb::QuoteLiteral(text); }

}  // namespace

RandomLake::RandomLake(unsigned seed) : random_(seed) {
  duckdb::InstanceOptions options;
  options.allowed_directories = {directory_.path()};
  options.threads = 1;
  instance_ = Must(duckdb::Instance::Open(options));
  connection_ = Must(instance_->Connect());
  gate_ = Must(sql_gate::Gate::Open());
  for (int number = 0; number < kFiles; ++number) WriteFile(number);
  TableChange change;
  change.name = {"lake", "random"};
  change.added = files_;
  Must(catalog_.Commit({change}).ok() ? Ok() : Status(Error(Code::kInternal, "cannot commit")));
  LoadAll();
}

// Values of a file are near a base of its own, so that bounds of files differ.
std::string RandomLake::RandomValue(const std::string& type, int64_t base, int spread) {
  const int64_t near = base + Roll(spread);
  if (type == "FLOAT" || type == "DOUBLE") {
    if (Roll(40) == 0) return "'" + std::string(Roll(2) ? "nan" : "-inf") + "'::" + type;
    return "(" + std::to_string(near) + " + " + std::to_string(Roll(4)) + "/4)::" + type;
  }
  if (type == "VARCHAR") {
    static constexpr const char* kTails[] = {"", "a", "Z", "ä", "\xF0\x9F\x8E\xB5", " long long long long long long long long long long long long text"};
    return Quoted("k" + std::to_string(near) + kTails[Roll(6)]);
  }
  if (type == "DATE") return "(DATE '2026-01-01' + " + std::to_string(near) + ")";
  if (type == "TIMESTAMP" || type == "TIMESTAMPTZ")
    return "(TIMESTAMP '2026-01-01 00:00:00' + INTERVAL (" + std::to_string(near * 6) + ") HOUR)::" + type;
  if (type == "BOOLEAN") return near % 2 ? "true" : "false";
  if (type == "BLOB") return Quoted("b" + std::to_string(near)) + "::BLOB";
  if (type == "UUID") return "('00000000-0000-0000-0000-0000000" + std::to_string(10000 + near % 1000 + 500) + "')::UUID";
  if (type == "TIME") return "(TIME '10:00:00' + INTERVAL (" + std::to_string(near % 600) + ") SECOND)";
  if (type == "INTEGER[]") return "[" + std::to_string(near) + "]";
  const bool unsigned_type = type.starts_with("U");
  const std::string number = std::to_string(unsigned_type ? std::abs(near) : near);
  if (type.starts_with("DECIMAL")) return "(" + number + " + " + std::to_string(Roll(100)) + "/100)::" + type;
  return "(" + number + ")::" + type;
}

void RandomLake::WriteFile(int number) {
  const bool narrow = Roll(3) == 0;
  const int64_t base = Roll(100) - 50;
  std::string sql;
  std::vector<bool> missing, all_null;
  for (size_t column = 0; column < std::size(kColumns); ++column) {
    missing.push_back(Roll(8) == 0);
    all_null.push_back(Roll(10) == 0);
  }
  for (int row = 0; row < 5; ++row) {
    sql += (sql.empty() ? "" : " UNION ALL ") + ("SELECT " + std::to_string(number)) + " AS file";
    for (size_t column = 0; column < std::size(kColumns); ++column) {
      if (missing[column]) continue;
      const std::string type = narrow ? kColumns[column].narrow : kColumns[column].type;
      const std::string value = all_null[column] || Roll(6) == 0 ? "NULL::" + type : RandomValue(type, base, 8);
      sql += ", " + value + " AS " + kColumns[column].name;
    }
  }
  std::string key = "lake/random/";
  std::vector<std::string> folders;
  for (const TestKey& one : kKeys) {
    if (Roll(6) > 0) folders.push_back(std::string(one.name) + '=' + one.values[random_() % one.values.size()]);
  }
  for (const std::string& folder : folders) key += folder + '/';
  key += std::to_string(number) + ".parquet";
  const auto path = directory_ / (std::to_string(number) + ".parquet");
  Must(connection_->Run("COPY (" + sql + ") TO " + Quoted(path.string()) + " (FORMAT parquet)"));

  const Inspection inspection = Must(inspector_.Inspect(path, FileFormat::kParquet));
  const auto partition = PartitionOf({}, {folders.begin(), folders.end()});
  auto layout = std::make_shared<FileLayout>(inspection.layout);
  layout->partition = Must(PartitionColumns({}, partition));
  files_.push_back({"transformed", key, std::to_string(number), 1000, inspection.rows, FromUnixMillis(0), partition,
                    std::move(layout), inspection.statistics});
}

void RandomLake::LoadAll() {
  const auto snapshot = Snapshot("");
  std::vector<std::filesystem::path> paths;
  for (const auto& file : snapshot.files) paths.push_back(directory_ / (file.version + ".parquet"));
  Must(connection_->Run("CREATE TABLE everything AS " + Must(table_view::TableQuery(snapshot, paths))));
}

catalog_client::TableSnapshot RandomLake::Snapshot(const std::string& where) {
  TableRef wanted{{"lake", "random"}};
  const auto checked = Must(gate_->Check("SELECT * FROM lake.random" + (where.empty() ? "" : " WHERE " + where)));
  wanted.filters = checked.tables[0].filters;
  auto snapshots = Must(catalog_.tables->Resolve({wanted}));
  v1::TableSnapshot message;
  message.ParseFromString(Must(SnapshotMessage(*std::move(snapshots[0]))));
  return Must(catalog_client::ReadSnapshot(message));
}

std::set<int> RandomLake::FilesAnswered(const std::string& where) {
  std::set<int> files;
  for (const auto& file : Snapshot(where).files) files.insert(std::stoi(file.version));
  return files;
}

std::optional<std::set<int>> RandomLake::FilesMatching(const std::string& where) {
  auto result = connection_->Execute("SELECT DISTINCT file FROM everything AS random WHERE " + where, {}, {});
  if (!result.ok()) return std::nullopt;
  std::set<int> files;
  while (true) {
    const auto chunk = (*result)->Next();
    if (!chunk.ok()) return std::nullopt;
    if (!*chunk) return files;
    for (size_t row = 0; row < (*chunk)->rows(); ++row) files.insert(std::stoi((*chunk)->Text(row, 0)));
  }
}

std::string RandomLake::Query(const std::string& sql) {
  auto result = connection_->Execute(sql, {}, {});
  if (!result.ok()) return "error";
  const auto chunk = (*result)->Next();
  return chunk.ok() && *chunk ? (*chunk)->Text(0, 0) + ' ' + (*chunk)->Text(0, 1) : "error";
}

std::string RandomLake::CountOverAnswer(const std::string& where) {
  const auto snapshot = Snapshot(where);
  std::vector<std::filesystem::path> paths;
  for (const auto& file : snapshot.files) paths.push_back(directory_ / (file.version + ".parquet"));
  return Query("SELECT count(*)::VARCHAR, coalesce(sum(file), 0)::VARCHAR FROM (" + Must(table_view::TableQuery(snapshot, paths)) +
               ") AS random WHERE " + where);
}

std::string RandomLake::CountOverAll(const std::string& where) {
  return Query("SELECT count(*)::VARCHAR, coalesce(sum(file), 0)::VARCHAR FROM everything AS random WHERE " + where);
}

std::string RandomLake::RandomCondition() {
  static constexpr const char* kOperators[] = {"=", "<", "<=", ">", ">=", "=", "=", "<>"};
  const size_t pick = random_() % (std::size(kColumns) + std::size(kKeys));
  std::string column, value, other;
  const auto draw = [&]() -> std::string {
    static constexpr const char* kOdd[] = {"'5'", "5", "-12.5", "1e1", "'abc'", "DATE '2026-01-05'", "'2026-01-05'", "true", "7", "'7'", "'07'",
                                           "'nan'", "'nan'::DOUBLE", "TIMESTAMP '2026-01-03 06:00:00'", "'2026-01-03 06:00:00+00'", "0",
                                           "TIMESTAMPTZ '2026-01-03 06:00:00+00'", "9223372036854775807", "0.1", "''", "2025", "'k-3'"};
    if (Roll(4) == 0) return kOdd[Roll(static_cast<int>(std::size(kOdd)))];
    if (pick >= std::size(kColumns)) {
      const TestKey& key = kKeys[pick - std::size(kColumns)];
      const std::string text = key.values[random_() % key.values.size()];
      return key.name == std::string("year") && Roll(2) ? std::to_string(2023 + Roll(5)) : Quoted(text);
    }
    return RandomValue(kColumns[pick].type, -50, 110);
  };
  column = pick < std::size(kColumns) ? kColumns[pick].name : kKeys[pick - std::size(kColumns)].name;
  // Constants that the engine folds are evaluated first, so that the statement has plain literals.
  const auto literal = [&] {
    const std::string text = draw();
    if (!text.starts_with("(")) return text;
    const size_t cast = text.rfind(")::");
    const auto result = connection_->Execute("SELECT (" + text + ")::VARCHAR, typeof(" + text + ")", {}, {});
    if (!result.ok()) return text;
    const auto chunk = (*result)->Next();
    if (!chunk.ok() || !*chunk) return text;
    const std::string plain = (*chunk)->Text(0, 0), type = (*chunk)->Text(0, 1);
    if (type.starts_with("TIMESTAMP") || type == "DATE") return type + " " + Quoted(plain);
    return cast == std::string::npos || Roll(2) ? plain : Quoted(plain);
  };
  switch (Roll(8)) {
    case 0: return column + (Roll(2) ? " IS NULL" : " IS NOT NULL");
    case 1: return column + " BETWEEN " + literal() + " AND " + literal();
    case 2: return column + " IN (" + literal() + ", " + literal() + ")";
    case 3: return literal() + " " + kOperators[Roll(8)] + " " + column;
    default: return column + " " + kOperators[Roll(8)] + " " + literal();
  }
}

}  // namespace tarn::catalog
