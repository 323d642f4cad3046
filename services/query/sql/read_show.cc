#include "services/query/sql/command.h"

namespace tarn::query {
namespace {

using What = ShowStatement::What;

// SHOW TABLES 'a*|b' and SHOW TABLES LIKE 'a%'
Status ReadPattern(StatementReader& reader, ShowStatement& show) {
  const bool like = reader.EatWord("LIKE");
  if (!like && reader.Peek().kind != Token::Kind::kString) return Ok();
  TARN_ASSIGN(show.pattern, reader.Text("a pattern in single quotes"));
  show.is_like = like && show.pattern.find('%') != std::string::npos;
  return Ok();
}

Status ReadListing(StatementReader& reader, ShowStatement& show) {
  if (show.what != What::kDatabases && (reader.EatWord("IN") || reader.EatWord("FROM"))) {
    TARN_ASSIGN(show.database, reader.PlainName("a database's name"));
  }
  return ReadPattern(reader, show);
}

// SHOW COLUMNS IN table [IN database]
Status ReadColumnsOf(StatementReader& reader, ShowStatement& show) {
  if (!reader.EatWord("IN") && !reader.EatWord("FROM")) return reader.Expected("IN or FROM");
  TARN_ASSIGN(show.name, reader.QualifiedName("a table's name"));
  if (!reader.EatWord("IN") && !reader.EatWord("FROM")) return Ok();
  if (!show.name.database.empty()) return reader.Fault("the database is named twice");
  TARN_ASSIGN(show.name.database, reader.PlainName("a database's name"));
  return Ok();
}

Status ReadProperties(StatementReader& reader, ShowStatement& show) {
  TARN_ASSIGN(show.name, reader.QualifiedName("a table's name"));
  if (!reader.EatSymbol("(")) return Ok();
  TARN_ASSIGN(show.key, reader.Text("a key in single quotes"));
  return reader.NeedSymbol(")");
}

}  // namespace

Result<Command> ReadShow(StatementReader& reader) {
  ShowStatement show;
  if (reader.EatWord("DATABASES") || reader.EatWord("SCHEMAS")) {
    show.what = What::kDatabases;
    TARN_TRY(ReadListing(reader, show));
  } else if (reader.EatWord("TABLES") || reader.IsWord("VIEWS")) {
    show.what = reader.EatWord("VIEWS") ? What::kViews : What::kTables;
    TARN_TRY(ReadListing(reader, show));
  } else if (reader.EatWord("COLUMNS")) {
    show.what = What::kColumns;
    TARN_TRY(ReadColumnsOf(reader, show));
  } else if (reader.EatWord("TBLPROPERTIES")) {
    show.what = What::kProperties;
    TARN_TRY(ReadProperties(reader, show));
  } else {
    if (reader.EatWord("PARTITIONS"))
      show.what = What::kPartitions;
    else if (reader.EatWords({"CREATE", "TABLE"}))
      show.what = What::kCreateTable;
    else if (reader.EatWords({"CREATE", "VIEW"}))
      show.what = What::kCreateView;
    else
      return reader.Expected(
          "DATABASES, TABLES, VIEWS, COLUMNS, PARTITIONS, TBLPROPERTIES, CREATE TABLE or CREATE VIEW");
    TARN_ASSIGN(show.name, reader.QualifiedName("a name"));
  }
  TARN_TRY(reader.End());
  return Command(std::move(show));
}

Result<Command> ReadDescribe(StatementReader& reader) {
  ShowStatement show;
  show.what = What::kDescribe;
  if (!reader.EatWord("EXTENDED")) reader.EatWord("FORMATTED");
  TARN_ASSIGN(show.name, reader.QualifiedName("a table's name"));
  TARN_TRY(reader.End());
  return Command(std::move(show));
}

}  // namespace tarn::query
