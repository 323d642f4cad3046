#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/result/result.h"
#include "services/query/dialect/dialect.h"
#include "services/query/sql/statement_reader.h"

namespace tarn::query {

/// SHOW ... and DESCRIBE: what the catalog tells.
struct ShowStatement {
  enum class What {
    kDatabases,
    kTables,
    kViews,
    kColumns,
    kPartitions,
    kProperties,
    kCreateTable,
    kCreateView,
    kDescribe,
  } what = What::kTables;
  ObjectName name;       ///< of the table or view
  std::string database;  ///< of kTables and kViews; empty: the default one
  std::string pattern;   ///< of names: Hive's, with * and |, or LIKE's; empty: all
  bool is_like = false;  ///< the pattern has % and _
  std::string key;       ///< of kProperties: the one that is wanted
};

/// CREATE and DROP DATABASE.
struct DatabaseStatement {
  bool drop = false;
  bool if_exists = false;  ///< or IF NOT EXISTS
  std::string name;
  std::string comment{}, location{};
  Properties properties{};
};

struct ColumnDefinition {
  std::string name, type, comment{};
};

/// CREATE EXTERNAL TABLE.
struct CreateTableStatement {
  ObjectName table;
  bool if_not_exists = false;
  std::vector<ColumnDefinition> columns, partition_keys{};
  std::string comment{};
  std::string location{};  ///< "bucket/prefix/"
  std::string serde{};     ///< its class; empty: by `stored_as`
  Properties serde_properties{};
  bool delimited = false;   ///< ROW FORMAT DELIMITED
  std::string stored_as{};  ///< upper case; empty: TEXTFILE
  Properties properties{};
};

struct DropTableStatement {
  ObjectName table;
  bool if_exists = false;
  bool view = false;
};

/// ALTER TABLE and MSCK REPAIR TABLE.
struct AlterTableStatement {
  enum class What {
    kAddColumns,
    kReplaceColumns,
    kRenameColumn,
    kSetProperties,
    kUnsetProperties,
    kAddPartitions,
    kRepair,
  } what = What::kAddColumns;
  ObjectName table;
  std::vector<ColumnDefinition> columns{};
  std::string old_name{}, new_name{};
  Properties properties{};  ///< of kUnsetProperties: the keys
  struct Partition {
    Properties values;
    std::string location;  ///< "bucket/prefix/"; empty: where the values say
  };
  std::vector<Partition> partitions{};
  bool if_not_exists = false;
};

struct CreateViewStatement {
  ObjectName view;
  bool replace = false;
  std::string comment{};
  InnerText query;
};

/// Where and how a statement writes its rows.
struct WriteOptions {
  std::string format = "PARQUET";  ///< upper case
  std::string compression{};       ///< upper case; empty: the format's default
  std::string delimiter{};         ///< of TEXTFILE; empty: a comma
  std::vector<std::string> partitioned_by{};
  std::string location{};  ///< "bucket/prefix/"; empty: a place of its own
};

/// CREATE TABLE ... AS.
struct CreateTableAsStatement {
  ObjectName table;
  bool if_not_exists = false;
  bool no_data = false;
  WriteOptions options;
  InnerText query;
};

struct InsertStatement {
  ObjectName table;
  std::vector<std::string> columns{};  ///< empty: all of the table's
  InnerText query;
};

struct UnloadStatement {
  WriteOptions options;
  InnerText query;
};

struct PrepareStatement {
  std::string name;
  InnerText query;
};

struct ExecuteStatement {
  std::string name;
  std::vector<std::optional<std::string>> values{};  ///< as text; nothing: NULL
  bool has_values = false;
};

struct DeallocateStatement {
  std::string name;
};

/// EXPLAIN [ANALYZE] of a query.
struct ExplainStatement {
  bool analyze = false;
  InnerText query;
};

/// A query: anything that no command begins with. The gate has the last word on it.
struct QueryStatement {};

using Command =
    std::variant<QueryStatement, ExplainStatement, ShowStatement, DatabaseStatement, CreateTableStatement,
                 DropTableStatement, AlterTableStatement, CreateViewStatement, CreateTableAsStatement,
                 InsertStatement, UnloadStatement, PrepareStatement, ExecuteStatement, DeallocateStatement>;

/// Reads a statement up to the queries inside of it, which are left as text for the gate. What is on no list
/// is a query here, and refused there. Errors: kUnprocessable with where() = "line L, column C".
Result<Command> ReadCommand(std::string_view sql, Dialect dialect);

/// Readers of the families, each behind its first words.
Result<Command> ReadShow(StatementReader& reader);
Result<Command> ReadDescribe(StatementReader& reader);
Result<Command> ReadCreate(StatementReader& reader);
Result<Command> ReadDrop(StatementReader& reader);
Result<Command> ReadAlter(StatementReader& reader);
Result<Command> ReadRepair(StatementReader& reader);
Result<Command> ReadInsert(StatementReader& reader);
Result<Command> ReadUnload(StatementReader& reader);
Result<Command> ReadPrepare(StatementReader& reader);
Result<Command> ReadExecute(StatementReader& reader);
Result<Command> ReadDeallocate(StatementReader& reader);
Result<Command> ReadExplain(StatementReader& reader);
/// CREATE TABLE, behind these words.
Result<Command> ReadCreateTableAs(StatementReader& reader);
/// CREATE EXTERNAL TABLE, behind these words.
Result<Command> ReadCreateExternalTable(StatementReader& reader);

/// Reads 's3://bucket/prefix/' as "bucket/prefix/".
Result<std::string> ReadLocation(StatementReader& reader);
/// (name type COMMENT '...', ...)
Result<std::vector<ColumnDefinition>> ReadColumns(StatementReader& reader);

}  // namespace tarn::query
