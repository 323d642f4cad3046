#include "services/catalog/ddl/hive_format.h"

#include "services/catalog/ddl/hive_text.h"

namespace tarn::catalog {
namespace {

using Properties = std::vector<std::pair<std::string, std::string>>;

std::string Serde(const char* name, const Properties& properties) {
  std::string clauses = std::string("ROW FORMAT SERDE '") + name + "'\n";
  std::string list;
  for (const auto& [key, value] : properties)
    list += (list.empty() ? "" : ", ") + HiveLiteral(key) + " = " + HiveLiteral(value);
  if (!list.empty()) clauses += "WITH SERDEPROPERTIES (" + list + ")\n";
  return clauses + "STORED AS TEXTFILE\n";
}

// Hive's own classes: lines by a pattern, plain fields, quoted fields, and delimiters of several characters.
std::string CsvClauses(const CsvDialect& csv) {
  if (!csv.pattern.empty())
    return Serde("org.apache.hadoop.hive.serde2.RegexSerDe", {{"input.regex", csv.pattern}});
  if (csv.delimiter.size() > 1)
    return Serde("org.apache.hadoop.hive.serde2.MultiDelimitSerDe", {{"field.delim", csv.delimiter}});
  if (csv.quote.empty())
    return "ROW FORMAT DELIMITED\n  FIELDS TERMINATED BY " + HiveLiteral(csv.delimiter) +
           "\nSTORED AS TEXTFILE\n";
  // A doubled quote is read whatever the escape is.
  const std::string escape = csv.escape.empty() || csv.escape == csv.quote ? "\\" : csv.escape;
  return Serde("org.apache.hadoop.hive.serde2.OpenCSVSerde",
               {{"separatorChar", csv.delimiter}, {"quoteChar", csv.quote}, {"escapeChar", escape}});
}

HiveFormat CsvFormat(const CsvDialect& csv) {
  HiveFormat format{CsvClauses(csv), {{"classification", "csv"}}, {}};
  const int64_t skipped = csv.skip_lines + (csv.has_header ? 1 : 0);
  if (skipped > 0) format.properties.emplace_back("skip.header.line.count", std::to_string(skipped));
  if (csv.encoding != "utf-8") format.properties.emplace_back("serialization.encoding", csv.encoding);
  if (!csv.comment.empty()) format.notes.push_back("Lines that start with " + csv.comment + " are comments.");
  for (const std::string& pattern : csv.formats) {
    if (pattern.empty()) continue;
    format.notes.push_back("Some dates are not written as Hive reads them.");
    break;
  }
  return format;
}

void AddDecoding(const decoding::Decoding& decoding, HiveFormat& format) {
  if (decoding.footer_lines > 0)
    format.properties.emplace_back("skip.footer.line.count", std::to_string(decoding.footer_lines));
  if (!decoding.encoding.empty()) format.properties.emplace_back("serialization.encoding", decoding.encoding);
  // It tells others by the name.
  if (decoding.compression == "zip") format.notes.push_back("Hive does not read ZIP archives.");
}

HiveFormat FormatOf(const FileLayout& layout) {
  switch (layout.format) {
    case FileFormat::kParquet:
      return {"STORED AS PARQUET\n", {{"classification", "parquet"}}, {}};
    case FileFormat::kCsv:
      return CsvFormat(layout.csv.value_or(CsvDialect()));
    case FileFormat::kJson:
      HiveFormat format{Serde("org.openx.data.jsonserde.JsonSerDe", {}), {{"classification", "json"}}, {}};
      if (!layout.records_path.empty())
        format.notes.push_back(
            "The records stand in an array inside of one object, which Hive does not read.");
      return format;
  }
  return {};
}

}  // namespace

HiveFormat HiveFormatOf(const FileLayout& layout) {
  HiveFormat format = FormatOf(layout);
  AddDecoding(layout.decoding, format);
  return format;
}

}  // namespace tarn::catalog
