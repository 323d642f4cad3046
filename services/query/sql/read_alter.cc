#include "services/query/sql/command.h"

namespace tarn::query {
namespace {

using What = AlterTableStatement::What;

Result<AlterTableStatement::Partition> ReadPartition(StatementReader& reader) {
  AlterTableStatement::Partition partition;
  TARN_ASSIGN(partition.values, reader.PropertyList());
  if (reader.EatWord("LOCATION")) {
    TARN_ASSIGN(partition.location, ReadLocation(reader));
  }
  return partition;
}

Status ReadAdd(StatementReader& reader, AlterTableStatement& alter) {
  if (reader.EatWord("COLUMNS")) {
    TARN_ASSIGN(alter.columns, ReadColumns(reader));
    return Ok();
  }
  alter.what = What::kAddPartitions;
  alter.if_not_exists = reader.IfNotExists();
  if (!reader.IsWord("PARTITION")) return reader.Expected("COLUMNS or PARTITION");
  while (reader.EatWord("PARTITION")) {
    TARN_ASSIGN(auto partition, ReadPartition(reader));
    alter.partitions.push_back(std::move(partition));
    reader.EatSymbol(",");
  }
  return Ok();
}

Status ReadRename(StatementReader& reader, AlterTableStatement& alter) {
  if (reader.IsWord("TO")) {
    return reader.Fault(
        "a table cannot be renamed, as its versions and the folder of its files have its name; make a view "
        "of the "
        "other name, or a table by CREATE TABLE ... AS");
  }
  TARN_TRY(reader.NeedWord("COLUMN"));
  alter.what = What::kRenameColumn;
  TARN_ASSIGN(alter.old_name, reader.PlainName("a column's name"));
  TARN_TRY(reader.NeedWord("TO"));
  TARN_ASSIGN(alter.new_name, reader.PlainName("a column's name"));
  return Ok();
}

Status ReadUnset(StatementReader& reader, AlterTableStatement& alter) {
  TARN_TRY(reader.NeedWord("TBLPROPERTIES"));
  alter.what = What::kUnsetProperties;
  TARN_TRY(reader.NeedSymbol("("));
  do {
    TARN_ASSIGN(std::string key, reader.Text("a key in single quotes"));
    alter.properties.emplace_back(std::move(key), "");
  } while (reader.EatSymbol(","));
  return reader.NeedSymbol(")");
}

Status ReadChange(StatementReader& reader, AlterTableStatement& alter) {
  if (reader.EatWord("ADD")) return ReadAdd(reader, alter);
  if (reader.EatWords({"REPLACE", "COLUMNS"})) {
    alter.what = What::kReplaceColumns;
    TARN_ASSIGN(alter.columns, ReadColumns(reader));
    return Ok();
  }
  if (reader.EatWord("RENAME")) return ReadRename(reader, alter);
  if (reader.EatWords({"SET", "TBLPROPERTIES"})) {
    alter.what = What::kSetProperties;
    TARN_ASSIGN(alter.properties, reader.PropertyList());
    return Ok();
  }
  if (reader.EatWord("UNSET")) return ReadUnset(reader, alter);
  if (reader.IsWord("DROP")) {
    return reader.Fault(
        "what a table has, its files have: delete a partition's objects and the catalog forgets it; leave "
        "out a "
        "column by REPLACE COLUMNS or in a view");
  }
  if (reader.IsWord("SET")) return reader.Fault("of ALTER TABLE ... SET, there is SET TBLPROPERTIES");
  return reader.Expected("ADD COLUMNS, ADD PARTITION, REPLACE COLUMNS, RENAME COLUMN or SET TBLPROPERTIES");
}

}  // namespace

Result<Command> ReadAlter(StatementReader& reader) {
  AlterTableStatement alter;
  TARN_TRY(reader.NeedWord("TABLE"));
  TARN_ASSIGN(alter.table, reader.QualifiedName("a table's name"));
  TARN_TRY(ReadChange(reader, alter));
  TARN_TRY(reader.End());
  return Command(std::move(alter));
}

Result<Command> ReadRepair(StatementReader& reader) {
  AlterTableStatement repair;
  repair.what = What::kRepair;
  TARN_TRY(reader.NeedWord("REPAIR"));
  TARN_TRY(reader.NeedWord("TABLE"));
  TARN_ASSIGN(repair.table, reader.QualifiedName("a table's name"));
  TARN_TRY(reader.End());
  return Command(std::move(repair));
}

}  // namespace tarn::query
