#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tarn::catalog {

/// Files that agree on a column's type.
struct TypeSide {
  std::string type;
  int64_t files = 0;              ///< how many
  std::vector<std::string> keys;  ///< a few of them, as "bucket/key"

  bool operator==(const TypeSide&) const = default;
};

/// One difference between two versions of a schema.
struct SchemaChange {
  enum class Kind {
    kColumnAdded,
    kColumnDropped,
    kColumnRenamed,  ///< by a person: the files know it as before
    kColumnMoved,    ///< to another place in the order
    kTypeWidened,    ///< every value of before fits
    kTypeNarrowed,   ///< no file needs the wider type (any more)
    kTypeChanged,    ///< neither: the types have no common one but text
    kPartitionKeyAdded,
    kPartitionKeyDropped,
    kCommentChanged,
  };

  Kind kind = Kind::kColumnAdded;
  std::string column;           ///< its name in the newer version, of a dropped one the last it had
  std::string from;             ///< type, name, place or comment before; empty for what is new
  std::string to;               ///< and after; empty for what is gone
  std::vector<TypeSide> sides;  ///< of a type's change: who has which type now
  std::string words;            ///< all of it as one English sentence

  bool operator==(const SchemaChange&) const = default;
};

/// A column of some files that the table cannot follow: its type stays, and the column is NULL in their rows.
struct SchemaConflict {
  std::string column;
  std::string type;             ///< the table's
  std::vector<TypeSide> sides;  ///< the files with the table's type or a narrower one first
  std::string words;

  bool operator==(const SchemaConflict&) const = default;
};

}  // namespace tarn::catalog
