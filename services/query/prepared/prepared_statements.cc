#include "services/query/prepared/prepared_statements.h"

namespace tarn::query {
namespace {

Error Unknown(const std::string& workgroup, const std::string& name) {
  return Error(Code::kNotFound, "there is no prepared statement " + name + " in the workgroup " + workgroup);
}

}  // namespace

const std::string PreparedStatements::kMigration = R"sql(
  CREATE TABLE prepared_statements (
    workgroup TEXT NOT NULL,
    name TEXT NOT NULL,
    sql TEXT NOT NULL,
    dialect TEXT NOT NULL,
    PRIMARY KEY (workgroup, name)
  ) WITHOUT ROWID;
)sql";

Status PreparedStatements::Put(const std::string& workgroup, const std::string& name,
                               const Prepared& prepared) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto count, database_.Prepare(
                              "SELECT count(*) FROM prepared_statements WHERE workgroup = ? AND name <> ?"));
  TARN_TRY(count.Bind(1, workgroup).Bind(2, name).Step());
  if (count.Integer(0) >= kMaxPerWorkgroup)
    return Error(Code::kResourceExhausted,
                 "the workgroup has 1000 prepared statements; drop one by DEALLOCATE PREPARE");
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT OR REPLACE INTO prepared_statements (workgroup, name, sql, dialect) "
                                "VALUES (?, ?, ?, ?)"));
  return insert.Bind(1, workgroup)
      .Bind(2, name)
      .Bind(3, prepared.sql)
      .Bind(4, DialectName(prepared.dialect))
      .Run();
}

Result<PreparedStatements::Prepared> PreparedStatements::Get(const std::string& workgroup,
                                                             const std::string& name) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(
      auto query,
      database_.Prepare("SELECT sql, dialect FROM prepared_statements WHERE workgroup = ? AND name = ?"));
  TARN_ASSIGN(const bool found, query.Bind(1, workgroup).Bind(2, name).Step());
  if (!found) return Unknown(workgroup, name);
  return Prepared{query.Text(0), ParseDialect(query.Text(1)).value_or(Dialect::kDuckDb)};
}

Status PreparedStatements::Remove(const std::string& workgroup, const std::string& name) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto remove,
              database_.Prepare("DELETE FROM prepared_statements WHERE workgroup = ? AND name = ?"));
  TARN_TRY(remove.Bind(1, workgroup).Bind(2, name).Run());
  return database_.Changes() > 0 ? Ok() : Status(Unknown(workgroup, name));
}

}  // namespace tarn::query
