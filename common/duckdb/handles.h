#pragma once

#include <duckdb.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace tarn::duckdb {

/// Destroys a handle of the C API: all of them are pointers that a function takes by address and clears.
template <class Handle, void (*kDestroy)(Handle*)>
struct HandleDeleter {
  void operator()(Handle handle) const { kDestroy(&handle); }
};

template <class Handle, void (*kDestroy)(Handle*)>
using UniqueHandle = std::unique_ptr<std::remove_pointer_t<Handle>, HandleDeleter<Handle, kDestroy>>;

using DatabaseHandle = UniqueHandle<duckdb_database, duckdb_close>;
using ConnectionHandle = UniqueHandle<duckdb_connection, duckdb_disconnect>;
using ConfigHandle = UniqueHandle<duckdb_config, duckdb_destroy_config>;
using StatementHandle = UniqueHandle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using ExtractedHandle = UniqueHandle<duckdb_extracted_statements, duckdb_destroy_extracted>;
using PendingHandle = UniqueHandle<duckdb_pending_result, duckdb_destroy_pending>;
using ChunkHandle = UniqueHandle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using TypeHandle = UniqueHandle<duckdb_logical_type, duckdb_destroy_logical_type>;
using ValueHandle = UniqueHandle<duckdb_value, duckdb_destroy_value>;

using ArrowOptionsHandle = UniqueHandle<duckdb_arrow_options, duckdb_destroy_arrow_options>;
using ErrorDataHandle = UniqueHandle<duckdb_error_data, duckdb_destroy_error_data>;
using TableFunctionHandle = UniqueHandle<duckdb_table_function, duckdb_destroy_table_function>;

/// Holds a result, whose handle is a struct and not a pointer.
class ResultHandle {
 public:
  ResultHandle() = default;
  ResultHandle(const ResultHandle&) = delete;
  ResultHandle& operator=(const ResultHandle&) = delete;
  ~ResultHandle() { Reset(); }

  /// Frees what it holds.
  void Reset() { duckdb_destroy_result(&result_); }

  duckdb_result* get() { return &result_; }
  duckdb_result& operator*() { return result_; }

 private:
  duckdb_result result_{};
};

/// Takes a string that the engine allocated over; null becomes "".
inline std::string TakeString(char* text) {
  const std::unique_ptr<char, void (*)(void*)> owner(text, duckdb_free);
  return text ? std::string(text) : std::string();
}

}  // namespace tarn::duckdb
