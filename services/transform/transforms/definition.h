#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/transform/transforms/input.h"
#include "services/transform/transforms/model_test.h"
#include "services/transform/transforms/output.h"
#include "services/transform/transforms/template.h"
#include "services/transform/transforms/triggers.h"

namespace tarn::transform {

/// One SELECT, with the template's marks still in it.
struct Model {
  std::string name;
  std::string file;  ///< "models/songs.sql", for messages
  Template sql;
  std::string hash;  ///< SHA-256 of its text, in hexadecimal
};

/// The count of rows that a run set aside, which no transform may define.
inline constexpr const char* kRowsQuarantined = "rows_quarantined";

/// A number that each run reports: a SELECT of one row and one column.
struct Count {
  std::string name;
  Template sql;
};

/// How many objects one run takes and how long it waits for more.
struct Batch {
  int64_t max_objects = 200;
  int64_t max_bytes = 1'000'000'000;  ///< one object that has more is a batch of its own
  std::chrono::milliseconds max_wait{0};
};

/// What a transform.yaml and its models/*.sql say.
struct Definition {
  std::string name;
  std::string description;
  std::vector<Input> inputs;
  std::vector<Model> models;  ///< each after those it refers to
  std::vector<Output> outputs;
  std::vector<Count> counts;
  std::map<std::string, std::string> parameters;  ///< rendered as SQL: 'text' or 42
  Triggers triggers;
  Batch batch;
  std::vector<ModelTest> tests;
  std::string yaml;  ///< transform.yaml as it was written: ${NAME} is not expanded
  std::string hash;  ///< SHA-256 of transform.yaml and all models, in hexadecimal

  /// True if a second run over the same object would publish its rows a second time.
  bool appends() const;
  /// The first input that takes an object; null if none does.
  const Input* InputOf(std::string_view bucket, std::string_view key) const;
  /// The input of that name, "" for the only one; null if there is none.
  const Input* FindInput(std::string_view name) const;
  /// The output of that name, with or without its database; null if there is none.
  const Output* FindOutput(std::string_view name) const;
  const Model* FindModel(std::string_view name) const;
  /// Whether its runs write to the table "database.table", that of quarantined rows included.
  bool Publishes(std::string_view table) const;
  /// The cataloged tables that its models and counts read: "database.table", each once, sorted.
  std::vector<std::string> ReadTables() const;
};

}  // namespace tarn::transform
