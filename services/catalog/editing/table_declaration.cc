#include "services/catalog/editing/table_declaration.h"

#include <nlohmann/json.hpp>
#include <set>

#include "common/json/json.h"
#include "common/text/lower_case.h"
#include "services/catalog/editing/patch_members.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxColumns = 10'000;

Error Invalid(std::string message, const std::string& pointer) {
  return Error(Code::kInvalidArgument, std::move(message)).At(pointer);
}

Result<DeclaredColumn> ReadColumn(const nlohmann::json& value, const std::string& pointer) {
  json::ObjectReader reader(value, pointer);
  DeclaredColumn column;
  column.name = reader.RequiredString("name");
  column.type = reader.RequiredString("type");
  column.comment = reader.OptionalString("comment").value_or("");
  column.partition_key = reader.OptionalBool("partition_key").value_or(false);
  if (column.comment.size() > kMaxCommentBytes) reader.Fail("comment", "at most 4096 bytes");
  TARN_TRY(reader.Finish());
  TARN_TRY(CheckName(column.name, pointer + "/name", false));
  TARN_ASSIGN(column.type, ReadType(column.type, pointer + "/type"));
  return column;
}

Result<std::vector<DeclaredColumn>> ReadColumns(const nlohmann::json& array) {
  if (array.empty() || array.size() > kMaxColumns)
    return Invalid("a table has 1 to 10000 columns", "/columns");
  std::vector<DeclaredColumn> columns;
  std::set<std::string> names;
  for (size_t i = 0; i < array.size(); ++i) {
    const std::string pointer = "/columns/" + std::to_string(i);
    TARN_ASSIGN(DeclaredColumn column, ReadColumn(array[i], pointer));
    if (!names.insert(text::LowerCase(column.name)).second)
      return Invalid("two columns have the name " + column.name, pointer + "/name");
    columns.push_back(std::move(column));
  }
  return columns;
}

Status ReadLocation(std::string location, TableDeclaration* declaration) {
  const size_t slash = location.find('/');
  if (slash == 0 || slash == std::string::npos || slash + 1 == location.size())
    return Invalid("must be a bucket and a folder in it: bucket/prefix/", "/location");
  declaration->bucket = location.substr(0, slash);
  declaration->prefix = location.substr(slash + 1);
  if (declaration->prefix.back() != '/') declaration->prefix += '/';
  return Ok();
}

Status ReadTexts(json::ObjectReader& reader, TableEdits* edits) {
  if (const auto* value = reader.OptionalAny("description")) {
    TARN_ASSIGN(const auto text, ReadText(*value, "/description", kMaxDescriptionBytes));
    edits->description = text.value_or("");
  }
  if (const auto* value = reader.OptionalAny("owner")) {
    TARN_ASSIGN(const auto text, ReadText(*value, "/owner", kMaxOwnerBytes));
    edits->owner = text.value_or("");
  }
  if (const auto* value = reader.OptionalObject("parameters")) {
    TARN_ASSIGN(const auto parameters, ReadParameters(*value, "/parameters"));
    TARN_TRY(PatchParameters(parameters, &edits->parameters));
  }
  return Ok();
}

nlohmann::json CrawlerOf(const TableName& name, const TableDeclaration& declaration) {
  nlohmann::json definition = nlohmann::json::parse(declaration.crawler);
  nlohmann::json target = {{"bucket", declaration.bucket}, {"prefix", declaration.prefix}};
  if (definition.contains("exclude")) target["exclude"] = definition["exclude"];
  definition.erase("exclude");
  definition["description"] = "Of the table " + name.database + "." + name.table + ", which was declared";
  definition["database"] = name.database;
  definition["targets"] = nlohmann::json::array({std::move(target)});
  definition["grouping"] = {{"mode", "single"}, {"table", name.table}};
  return definition;
}

}  // namespace

Result<TableDeclaration> ReadDeclaration(const nlohmann::json& body) {
  json::ObjectReader reader(body);
  TableDeclaration declaration;
  const std::string location = reader.RequiredString("location");
  const nlohmann::json* columns = reader.OptionalArray("columns");
  if (!columns) reader.Fail("columns", "the member is required: an array of {name, type}");
  nlohmann::json crawler = nlohmann::json::object();
  for (const auto& [member, value] : {std::pair("exclude", reader.OptionalArray("exclude")),
                                      std::pair("partitions", reader.OptionalAny("partitions")),
                                      std::pair("classifiers", reader.OptionalArray("classifiers")),
                                      std::pair("schema_change", reader.OptionalObject("schema_change"))}) {
    if (value) crawler[member] = *value;
  }
  declaration.crawler = crawler.dump();
  TARN_TRY(ReadTexts(reader, &declaration.edits));
  TARN_TRY(reader.Finish());
  TARN_TRY(ReadLocation(location, &declaration));
  TARN_ASSIGN(declaration.edits.declared, ReadColumns(*columns));
  return declaration;
}

Result<bool> TableDeclarer::Put(const TableName& name, const TableDeclaration& declaration,
                                const std::string& body, const Precondition& condition,
                                const Author& author) {
  const std::string crawler = name.database + "." + name.table;
  TARN_ASSIGN(const bool created,
              tables_.Declare(name, crawler, declaration.bucket + "/" + declaration.prefix, declaration.edits,
                              body, condition, author));
  // The crawler comes last: it would make a table of all that its files have if there were none yet.
  const Status made = put_crawler_(crawler, CrawlerOf(name, declaration));
  if (made.ok()) return created;
  if (created) TARN_TRY(tables_.Forget(name));
  return made.error();
}

Status TableDeclarer::Drop(const TableName& name, bool declared, const Precondition& condition,
                           const Author& author) {
  if (!declared) return tables_.Drop(name, condition, author);
  bool called = false;
  const auto drop = [&](const std::function<Status()>& also) {
    called = true;
    return tables_.Drop(name, condition, author, also);
  };
  const Status removed = remove_crawler_(name.database + "." + name.table, drop);
  // The process may have died between the table and its crawler when it was declared.
  const bool no_crawler = !removed.ok() && !called && removed.error().code() == Code::kNotFound;
  return no_crawler ? tables_.Drop(name, condition, author) : removed;
}

}  // namespace tarn::catalog
