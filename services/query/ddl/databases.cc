#include <nlohmann/json.hpp>

#include "services/query/ddl/catalog_commands.h"
#include "services/query/system_tables/reserved_names.h"

namespace tarn::query {

Result<Listing> CatalogCommands::Run(const DatabaseStatement& statement) {
  if (IsReservedDatabase(statement.name))
    return Error(Code::kUnprocessable, "this database is Tarn's own: " + statement.name);
  const std::string path = catalog_client::CatalogRest::Path({"databases", statement.name});
  if (statement.drop) {
    const auto dropped = parts_.rest.Delete(path, cancelled_);
    const bool unknown = !dropped.ok() && dropped.error().code() == Code::kNotFound;
    if (unknown && statement.if_exists) return Done();
    if (unknown) return Error(Code::kUnprocessable, "there is no database " + statement.name);
    TARN_TRY(dropped);
    return Done();
  }
  nlohmann::json body = nlohmann::json::object();
  if (!statement.comment.empty()) body["description"] = statement.comment;
  if (!statement.location.empty()) body["location"] = statement.location;
  for (const auto& [key, value] : statement.properties) body["parameters"][key] = value;
  const auto made = parts_.rest.Put(path, body, true, cancelled_);
  if (made.ok()) return Done();
  if (made.error().code() != Code::kPreconditionFailed) return made.error();
  if (statement.if_exists) return Done();
  return Error(Code::kConflict, "there is a database of that name already: " + statement.name);
}

}  // namespace tarn::query
