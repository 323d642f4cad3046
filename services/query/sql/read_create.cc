#include "services/query/sql/command.h"

namespace tarn::query {
namespace {

Result<Command> ReadDatabase(StatementReader& reader, bool drop) {
  DatabaseStatement statement;
  statement.drop = drop;
  statement.if_exists = drop ? reader.IfExists() : reader.IfNotExists();
  TARN_ASSIGN(statement.name, reader.PlainName("a database's name"));
  if (drop) {
    reader.EatWord("RESTRICT");
    if (reader.IsWord("CASCADE"))
      return reader.Fault("CASCADE is not supported; drop the tables and views of the database first");
    TARN_TRY(reader.End());
    return Command(std::move(statement));
  }
  TARN_ASSIGN(statement.comment, reader.OptionalComment());
  if (reader.EatWord("LOCATION")) {
    TARN_ASSIGN(statement.location, reader.Text("a location in single quotes"));
  }
  if (reader.EatWords({"WITH", "DBPROPERTIES"})) {
    TARN_ASSIGN(statement.properties, reader.PropertyList());
  }
  TARN_TRY(reader.End());
  return Command(std::move(statement));
}

Result<Command> ReadView(StatementReader& reader, bool replace) {
  CreateViewStatement view;
  view.replace = replace;
  TARN_ASSIGN(view.view, reader.QualifiedName("a view's name"));
  if (reader.IsSymbol("(")) return reader.Fault("name the columns of a view in its query: SELECT a AS b");
  TARN_ASSIGN(view.comment, reader.OptionalComment());
  TARN_TRY(reader.NeedWord("AS"));
  TARN_ASSIGN(view.query, reader.Rest("a query"));
  return Command(std::move(view));
}

}  // namespace

Result<Command> ReadCreate(StatementReader& reader) {
  if (reader.EatWord("DATABASE") || reader.EatWord("SCHEMA")) return ReadDatabase(reader, false);
  if (reader.EatWords({"OR", "REPLACE", "VIEW"})) return ReadView(reader, true);
  if (reader.EatWord("VIEW")) return ReadView(reader, false);
  if (reader.EatWords({"EXTERNAL", "TABLE"})) return ReadCreateExternalTable(reader);
  if (reader.EatWord("TABLE")) return ReadCreateTableAs(reader);
  return reader.Expected("DATABASE, EXTERNAL TABLE, TABLE ... AS, [OR REPLACE] VIEW");
}

Result<Command> ReadDrop(StatementReader& reader) {
  if (reader.EatWord("DATABASE") || reader.EatWord("SCHEMA")) return ReadDatabase(reader, true);
  DropTableStatement drop;
  drop.view = reader.EatWord("VIEW");
  if (!drop.view && !reader.EatWord("TABLE")) return reader.Expected("DATABASE, TABLE or VIEW");
  drop.if_exists = reader.IfExists();
  TARN_ASSIGN(drop.table, reader.QualifiedName(drop.view ? "a view's name" : "a table's name"));
  TARN_TRY(reader.End());
  return Command(std::move(drop));
}

}  // namespace tarn::query
