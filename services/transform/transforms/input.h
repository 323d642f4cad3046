#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::transform {

/// How the content of an object is read or written.
enum class Format { kJson, kNdjson, kCsv, kParquet };
const char* FormatName(Format format);

/// How an object is packed. Parquet packs its own pages, so for inputs it is always kNone.
enum class Compression {
  kAuto,  ///< inputs: by the key's ending, .gz or .zst
  kNone,
  kGzip,
  kZstd,
  kSnappy,  ///< Parquet outputs only
};
const char* CompressionName(Compression compression);

/// How a CSV input is written. What is not given is found out from the object, but for the quote, which is ".
struct CsvDialect {
  std::optional<std::string> delimiter;  ///< 1 to 4 bytes
  std::optional<std::string> quote;      ///< one byte; empty: values are never quoted
  std::optional<std::string> escape;     ///< one byte; empty: none
  std::optional<bool> header;
  std::optional<std::string> null_text;  ///< what stands for NULL
};

/// A column as the definition declares it.
struct DeclaredColumn {
  std::string name;
  std::string type;  ///< of the engine, as it writes it itself: "DECIMAL(18,3)"
};

/// What becomes of a run in which a column of an object has another type than declared, or than before.
enum class TypeChange {
  kFail,        ///< the run fails
  kWiden,       ///< the type that holds both is taken: an integer becomes BIGINT, DOUBLE, at last VARCHAR
  kQuarantine,  ///< the object is a dead letter, and the rest is published
};
const char* TypeChangeName(TypeChange change);

/// What becomes of an object once its rows are published.
struct OnSuccess {
  enum class Kind { kKeep, kTag, kMove } kind = Kind::kKeep;
  std::map<std::string, std::string> tags;  ///< kTag: set, others stay
  std::string bucket;                       ///< kMove
  std::string prefix;                       ///< kMove: takes the place of the input's prefix in the key
};

/// Which objects a transform takes, and how they are read.
struct Input {
  std::string name;  ///< empty: the only one, written as `input:`
  std::string bucket;
  std::string prefix;
  std::string suffix;
  std::vector<std::string> exclude_suffixes;
  Format format = Format::kJson;
  Compression compression = Compression::kAuto;
  CsvDialect csv;
  std::vector<DeclaredColumn> columns;  ///< empty: inferred
  TypeChange type_change = TypeChange::kFail;
  OnSuccess on_success;

  bool Matches(std::string_view object_bucket, std::string_view key) const;
  /// What stands after FROM for its rows: tarn.input or tarn."input songs". The schema keeps a CTE of a model
  /// from hiding it.
  std::string Relation() const;
};

}  // namespace tarn::transform
