#include "services/query/sql/command.h"
#include "services/query/sql/hive_type.h"

namespace tarn::query {
namespace {

constexpr size_t kMaxColumns = 10'000;

std::string UpperCase(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

// FIELDS TERMINATED BY ',' and the like become what Hive's serde calls them.
Status ReadDelimited(StatementReader& reader, CreateTableStatement& table) {
  table.delimited = true;
  while (true) {
    if (reader.EatWords({"FIELDS", "TERMINATED", "BY"})) {
      TARN_ASSIGN(std::string text, reader.Text("a character in single quotes"));
      table.serde_properties.emplace_back("field.delim", std::move(text));
    } else if (reader.EatWords({"ESCAPED", "BY"})) {
      TARN_ASSIGN(std::string text, reader.Text("a character in single quotes"));
      table.serde_properties.emplace_back("escape.delim", std::move(text));
    } else if (reader.EatWords({"LINES", "TERMINATED", "BY"})) {
      TARN_ASSIGN(const std::string text, reader.Text("a character in single quotes"));
      const bool line_feed = text.size() == 1 && text[0] == '\n';
      if (!line_feed && std::string_view(text) != "\\n") return reader.Fault("lines end with '\\n'");
    } else if (reader.IsWord("COLLECTION") || reader.IsWord("MAP") || reader.IsWord("NULL")) {
      return reader.Fault(
          "of ROW FORMAT DELIMITED, there is FIELDS TERMINATED BY, ESCAPED BY and LINES "
          "TERMINATED BY");
    } else {
      return Ok();
    }
  }
}

Status ReadRowFormat(StatementReader& reader, CreateTableStatement& table) {
  if (reader.EatWord("DELIMITED")) return ReadDelimited(reader, table);
  TARN_TRY(reader.NeedWord("SERDE"));
  TARN_ASSIGN(table.serde, reader.Text("the class of a serde in single quotes"));
  if (reader.EatWords({"WITH", "SERDEPROPERTIES"})) {
    TARN_ASSIGN(table.serde_properties, reader.PropertyList());
  }
  return Ok();
}

Status ReadStoredAs(StatementReader& reader, CreateTableStatement& table) {
  if (!reader.EatWord("INPUTFORMAT")) {
    TARN_ASSIGN(table.stored_as, reader.PlainName("a format"));
    table.stored_as = UpperCase(table.stored_as);
    return Ok();
  }
  TARN_ASSIGN(const std::string input, reader.Text("a class in single quotes"));
  TARN_TRY(reader.NeedWord("OUTPUTFORMAT"));
  TARN_TRY(reader.Text("a class in single quotes"));
  // Of the classes only Parquet's says more than the serde does.
  table.stored_as = input.find("Parquet") != std::string::npos ? "PARQUET" : "TEXTFILE";
  return Ok();
}

Status ReadClause(StatementReader& reader, CreateTableStatement& table) {
  if (reader.EatWord("COMMENT")) {
    TARN_ASSIGN(table.comment, reader.Text("a comment in single quotes"));
  } else if (reader.EatWords({"PARTITIONED", "BY"})) {
    TARN_ASSIGN(table.partition_keys, ReadColumns(reader));
  } else if (reader.EatWords({"ROW", "FORMAT"})) {
    TARN_TRY(ReadRowFormat(reader, table));
  } else if (reader.EatWords({"STORED", "AS"})) {
    TARN_TRY(ReadStoredAs(reader, table));
  } else if (reader.EatWord("LOCATION")) {
    TARN_ASSIGN(table.location, ReadLocation(reader));
  } else if (reader.EatWord("TBLPROPERTIES")) {
    TARN_ASSIGN(table.properties, reader.PropertyList());
  } else if (reader.IsWord("CLUSTERED")) {
    return reader.Fault("CLUSTERED BY is not supported");
  } else {
    return reader.Expected("PARTITIONED BY, ROW FORMAT, STORED AS, LOCATION or TBLPROPERTIES");
  }
  return Ok();
}

}  // namespace

Result<std::string> ReadLocation(StatementReader& reader) {
  const size_t position = reader.Peek().position;
  TARN_ASSIGN(const std::string text, reader.Text("a location in single quotes: 's3://bucket/folder/'"));
  constexpr std::string_view kScheme = "s3://";
  const size_t slash = text.find('/', kScheme.size());
  if (!text.starts_with(kScheme) || slash == kScheme.size() || slash == std::string::npos ||
      slash + 1 == text.size())
    return reader.FaultAt("a location is a folder of a bucket: 's3://bucket/folder/'", position);
  const std::string bucket = text.substr(kScheme.size(), slash - kScheme.size());
  const bool named = bucket.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
  if (!named || bucket[0] == '.' || bucket[0] == '-')
    return reader.FaultAt("a bucket is named with a-z, 0-9, . and -; got " + bucket, position);
  const std::string folder = text.substr(slash) + (text.ends_with('/') ? "" : "/");
  for (const std::string_view part : {"/../", "/./", "//"}) {
    if (folder.find(part) != std::string::npos)
      return reader.FaultAt("a location has no empty parts, and none that are . or ..", position);
  }
  std::string location = text.substr(kScheme.size());
  return location.ends_with('/') ? location : location + '/';
}

Result<std::vector<ColumnDefinition>> ReadColumns(StatementReader& reader) {
  std::vector<ColumnDefinition> columns;
  TARN_TRY(reader.NeedSymbol("("));
  do {
    if (columns.size() == kMaxColumns) return reader.Fault("a table has at most 10000 columns");
    ColumnDefinition column;
    TARN_ASSIGN(column.name, reader.PlainName("a column's name"));
    TARN_ASSIGN(column.type, ReadHiveType(reader));
    TARN_ASSIGN(column.comment, reader.OptionalComment());
    columns.push_back(std::move(column));
  } while (reader.EatSymbol(","));
  TARN_TRY(reader.NeedSymbol(")"));
  return columns;
}

Result<Command> ReadCreateExternalTable(StatementReader& reader) {
  CreateTableStatement table;
  table.if_not_exists = reader.IfNotExists();
  TARN_ASSIGN(table.table, reader.QualifiedName("a table's name"));
  TARN_ASSIGN(table.columns, ReadColumns(reader));
  while (!reader.AtEnd() && !reader.IsSymbol(";")) TARN_TRY(ReadClause(reader, table));
  TARN_TRY(reader.End());
  if (table.location.empty())
    return reader.Fault("say where the table's files are: LOCATION 's3://bucket/folder/'");
  return Command(std::move(table));
}

}  // namespace tarn::query
