#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>

#include "common/catalog_client/catalog.h"
#include "common/catalog_client/catalog_rest.h"
#include "services/query/ddl/listing.h"
#include "services/query/sql/command.h"
#include "services/query/views/name_binder.h"

namespace tarn::query {

/// Runs the statements that the catalog carries out: SHOW, DESCRIBE and DDL. One statement each.
/// Errors of all methods: those of CatalogRest; kUnprocessable with the place for a name that is not there
/// and for what the catalog cannot do; kConflict for a name that is taken. Nothing that is asked for is left
/// undone in silence.
class CatalogCommands {
 public:
  struct Parts {
    catalog_client::Catalog& catalog;
    catalog_client::CatalogRest& rest;
    NameBinder& binder;
  };
  /// `database` is that of names that stand alone, `sql` the whole statement; both outlive the commands.
  CatalogCommands(const Parts& parts, const std::string& sql, const std::string& database, Dialect dialect,
                  std::stop_token cancelled)
      : parts_(parts), sql_(sql), database_(database), dialect_(dialect), cancelled_(std::move(cancelled)) {}

  Result<Listing> Run(const ShowStatement& show);
  Result<Listing> Run(const DatabaseStatement& statement);
  Result<Listing> Run(const CreateTableStatement& create);
  Result<Listing> Run(const DropTableStatement& drop);
  Result<Listing> Run(const AlterTableStatement& alter);
  Result<Listing> Run(const CreateViewStatement& create);

  /// The name with its database. Errors: kUnprocessable if it stands alone and there is no default.
  Result<ObjectName> Full(const ObjectName& name) const;
  /// Errors: kUnprocessable if there is no such database.
  Status NeedDatabase(const ObjectName& full);
  /// The table as the catalog shows it.
  Result<nlohmann::json> GetTable(const ObjectName& full);
  /// Crawls the table's files and waits until that is done.
  Status Crawl(const nlohmann::json& table, const std::string& prefix);

  Error At(Error error, const ObjectName& name) const;
  Error Unknown(const ObjectName& full);

 private:
  // show.cc
  Result<Listing> Names(const ShowStatement& show);
  Result<Listing> Columns(const ObjectName& full, bool with_types);
  Result<Listing> Partitions(const ObjectName& full);
  Result<Listing> TableProperties(const ObjectName& full, const std::string& key);
  Result<Listing> CreateText(const ObjectName& full, bool view);

  // alter.cc
  Status ChangeColumns(const ObjectName& full, const AlterTableStatement& alter);
  Status RenameColumn(const ObjectName& full, const AlterTableStatement& alter);
  Status ChangeProperties(const ObjectName& full, const AlterTableStatement& alter);
  Status AddPartitions(const ObjectName& full, const AlterTableStatement& alter);
  Result<bool> HasPartition(const ObjectName& full, const std::string& path);

  const Parts parts_;
  const std::string& sql_;
  const std::string& database_;
  const Dialect dialect_;
  const std::stop_token cancelled_;
};

/// What a statement that changes something answers: a column without rows.
Listing Done();

/// REST paths of what a statement names.
std::string TablePath(const ObjectName& full);
std::string ViewPath(const ObjectName& full);

}  // namespace tarn::query
