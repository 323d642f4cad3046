#pragma once

#include <cstdint>
#include <utility>

#include "common/result/result.h"

// The Arrow C data interface: https://arrow.apache.org/docs/format/CDataInterface.html
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

}  // extern "C"
#endif

namespace tarn::duckdb {

class ResultStream;

/// Holds an ArrowSchema or an ArrowArray and releases it.
template <class Structure>
class ArrowOwner {
 public:
  ArrowOwner() = default;
  ArrowOwner(ArrowOwner&& other) noexcept : structure_(std::exchange(other.structure_, {})) {}
  ArrowOwner& operator=(ArrowOwner&&) = delete;
  ~ArrowOwner() {
    if (structure_.release) structure_.release(&structure_);
  }
  Structure* get() { return &structure_; }
  const Structure& operator*() const { return structure_; }
  const Structure* operator->() const { return &structure_; }

 private:
  Structure structure_{};
};

using ArrowSchemaOwner = ArrowOwner<ArrowSchema>;
using ArrowArrayOwner = ArrowOwner<ArrowArray>;

/// The columns of a result as an Arrow schema: a struct with one member per column. What Arrow has no type
/// for is there as an extension type (HUGEINT, UUID, BIT, TIMETZ). Errors: kUnprocessable for a type that has
/// no form in Arrow.
Result<ArrowSchemaOwner> ExportArrowSchema(const ResultStream& stream);

}  // namespace tarn::duckdb
