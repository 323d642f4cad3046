#include <nlohmann/json.hpp>

#include "services/query/ddl/catalog_commands.h"
#include "services/query/ddl/serde.h"

namespace tarn::query {
namespace {

// A place in a body that the client did not write would mislead.
Error Reworded(const Error& error) {
  const bool bad = error.code() == Code::kInvalidArgument || error.code() == Code::kTooLarge;
  if (!bad) return Error(error.code(), error.message());
  return Error(Code::kUnprocessable,
               error.message() + (error.where().empty() ? "" : " (" + error.where() + ")"));
}

}  // namespace

Result<Listing> CatalogCommands::Run(const CreateTableStatement& create) {
  TARN_ASSIGN(const ObjectName full, Full(create.table));
  TARN_ASSIGN(const auto body, DeclarationOf(create));
  TARN_TRY(NeedDatabase(full));
  const auto made = parts_.rest.Put(TablePath(full), body, true, cancelled_);
  if (made.ok()) {
    // The files that are there already: the next statement sees them.
    TARN_TRY(Crawl(*made, ""));
    return Done();
  }
  if (made.error().code() != Code::kPreconditionFailed && made.error().code() != Code::kConflict)
    return At(Reworded(made.error()), full);
  if (create.if_not_exists) return Done();
  return At(Error(Code::kConflict,
                  "there is a table or a view of that name already: " + full.database + '.' + full.name),
            full);
}

Result<Listing> CatalogCommands::Run(const DropTableStatement& drop) {
  TARN_ASSIGN(const ObjectName full, Full(drop.table));
  const auto dropped = parts_.rest.Delete(drop.view ? ViewPath(full) : TablePath(full), cancelled_);
  if (dropped.ok()) return Done();
  if (dropped.error().code() != Code::kNotFound) return At(dropped.error(), full);
  // IF EXISTS is about the name: one of the other kind is a mistake.
  const auto other = parts_.rest.Get(drop.view ? TablePath(full) : ViewPath(full), cancelled_);
  const std::string shown = full.database + '.' + full.name;
  if (other.ok()) {
    return At(Error(Code::kUnprocessable, drop.view ? shown + " is a table, no view; use DROP TABLE"
                                                    : shown + " is a view, no table; use DROP VIEW"),
              full);
  }
  if (other.error().code() != Code::kNotFound) return other.error();
  if (drop.if_exists) return Done();
  if (!drop.view) return Unknown(full);
  return At(Error(Code::kUnprocessable, "there is no view " + full.name + " in database " + full.database),
            full);
}

}  // namespace tarn::query
