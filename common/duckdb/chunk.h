#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/duckdb/engine.h"
#include "common/duckdb/handles.h"
#include "common/duckdb/logical_type.h"

namespace tarn::duckdb {

/// The columns of a result, shared by it and its chunks.
struct Schema {
  std::vector<Column> columns;
  std::vector<LogicalType> types;
  ArrowOptionsHandle arrow;  ///< how its connection writes Arrow
};

/// A chunk over the engine's own vectors, which streaming results hand out flat.
std::unique_ptr<Chunk> MakeChunk(std::shared_ptr<const Schema> schema, ChunkHandle handle);

}  // namespace tarn::duckdb
