#pragma once

namespace tarn::catalog {

/// What a commit does with a file whose type of a column has no common type with the table's but text.
enum class IncompatiblePolicy {
  kNewVersion,  ///< the column becomes text, in a new version
  kLog,         ///< the column keeps its type and is NULL in the file's rows; the file is shown as a conflict
  kFail,        ///< the whole commit fails and nothing changes
  kQuarantineFile,  ///< the file is kept out of the table as a failed file
};

/// What a commit does with a table whose last file is gone.
enum class DeletedPolicy {
  kDeprecate,  ///< it stays readable as empty and is marked with the time
  kDelete,     ///< it is removed with its versions
  kKeep,       ///< it stays as an empty table
};

/// What a crawler wants to happen when files change in ways that a table cannot follow.
struct SchemaPolicy {
  IncompatiblePolicy incompatible = IncompatiblePolicy::kNewVersion;
  DeletedPolicy deleted = DeletedPolicy::kDeprecate;

  bool operator==(const SchemaPolicy&) const = default;
};

}  // namespace tarn::catalog
