#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "services/catalog/crawlers/candidate.h"
#include "services/catalog/tables/types.h"

namespace tarn::catalog {

/// A folder of a crawler and the table that it got.
struct NamedFolder {
  std::string location;  ///< TablePlace::Location()
  TableName table;

  bool operator==(const NamedFolder&) const = default;
};

/// Gives tables their names. A folder keeps the name that it once got. Where two folders ask for the same
/// name, the first one has it, and the other one gets eight digits more, made of its location: no crawl mixes
/// two folders up. One thread.
class TableNames {
 public:
  /// Whether a table of that name belongs to somebody else.
  using IsForeign = std::function<Result<bool>(const TableName&)>;

  /// `known`: the folders that have names already.
  TableNames(std::string table_prefix, const std::vector<NamedFolder>& known, IsForeign is_foreign);

  /// `shared`: folders that ask for the same name get the same table. Errors: those of IsForeign.
  Result<TableName> NameOf(const TablePlace& place, bool shared);

  /// The innermost folder with a table that holds an object; null if there is none.
  const NamedFolder* FolderOf(const std::string& bucket, std::string_view key) const;

  /// The folders with tables at or below a location, each by its folders from there on.
  std::vector<std::vector<std::string>> FoldersBelow(const std::string& location) const;

  /// The folders that got their names here, and of these the ones that got another than they asked for.
  const std::vector<NamedFolder>& added() const { return added_; }
  const std::vector<NamedFolder>& renamed() const { return renamed_; }

 private:
  const std::string table_prefix_;
  const IsForeign is_foreign_;
  std::map<std::string, NamedFolder, std::less<>> folders_;  // by location
  std::set<TableName> taken_;
  std::vector<NamedFolder> added_, renamed_;
};

}  // namespace tarn::catalog
