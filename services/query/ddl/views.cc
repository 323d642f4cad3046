#include <nlohmann/json.hpp>

#include "common/duckdb/engine.h"
#include "services/query/ddl/catalog_commands.h"

namespace tarn::query {

Result<Listing> CatalogCommands::Run(const CreateViewStatement& create) {
  TARN_ASSIGN(const ObjectName full, Full(create.view));
  const catalog_client::View view{{full.database, full.name}, 0, DialectName(dialect_), create.query.text};
  const bool elsewhere = !database_.empty() && FoldCase(database_) != full.database;
  TARN_ASSIGN(const auto columns, parts_.binder.CheckView(view, elsewhere, cancelled_));
  TARN_TRY(NeedDatabase(full));
  nlohmann::json body = {{"sql", create.query.text}, {"dialect", DialectName(dialect_)}};
  for (const auto& column : columns)
    body["columns"].push_back({{"name", column.name}, {"type", column.type}});
  if (!create.comment.empty()) body["comment"] = create.comment;
  const auto made = parts_.rest.Put(ViewPath(full), body, !create.replace, cancelled_);
  if (made.ok()) return Done();
  const std::string shown = full.database + '.' + full.name;
  switch (made.error().code()) {
    case Code::kPreconditionFailed:
      return At(Error(Code::kConflict,
                      "there is a view of that name already; use CREATE OR REPLACE VIEW: " + shown),
                full);
    case Code::kConflict:
      return At(Error(Code::kConflict, "there is a table of that name already: " + shown), full);
    case Code::kInvalidArgument:
      return At(Error(Code::kUnprocessable, made.error().message()), full);
    default:
      return made.error();
  }
}

}  // namespace tarn::query
