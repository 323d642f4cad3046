#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"

namespace tarn::duckdb {

/// Writes the values of a result's chunks as text, faster than Chunk::Json and Chunk::Text and the same. One
/// thread at a time.
class ChunkText {
 public:
  /// `schema` is that of the stream which the chunks come from.
  explicit ChunkText(std::shared_ptr<const Schema> schema);
  ~ChunkText();

  /// From now on, values are those of this chunk, which must live as long as they are asked for.
  void Take(const Chunk& chunk);

  bool IsNull(size_t row, size_t column) const {
    return validity_[column] && !(validity_[column][row / 64] >> (row % 64) & 1);
  }
  /// Appends Chunk::Text(); nothing for NULL.
  void AppendText(size_t row, size_t column, std::string& out) const;
  /// Appends Chunk::Json() as text.
  void AppendJson(size_t row, size_t column, std::string& out) const;
  /// Whether no text of the column has a comma, a quote or a line's end in it, nor is empty.
  bool HasBareTexts(size_t column) const { return bare_[column]; }

 private:
  bool AppendQuoted(size_t row, size_t column, std::string& out) const;

  const std::shared_ptr<const Schema> schema_;
  std::vector<char> bare_;
  const Chunk* chunk_ = nullptr;
  std::vector<const void*> data_;
  std::vector<const uint64_t*> validity_;  // null: all rows have a value
};

}  // namespace tarn::duckdb
