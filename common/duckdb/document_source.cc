#include "common/duckdb/document_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <new>
#include <string_view>

#include "common/duckdb/handles.h"

namespace tarn::duckdb {
namespace {

// So many rows at a time, as long as they are small together: a thread works on what it took.
constexpr size_t kMaxTextBytes = 256 << 10;
constexpr size_t kKeptBytes = 4 << 20;  // a thread keeps no larger buffer from one document to the next

enum Column : idx_t { kFile, kKey, kVersion, kTime, kDocument };

using Bound = std::shared_ptr<const Documents::List>;

struct Scan {
  std::vector<idx_t> columns;  // those that are asked for, in the order of the output
  std::atomic<size_t> next = 0;
};

// A thread's own.
class Buffer {
 public:
  /// Null if there is no memory.
  char* Take(size_t size) {
    if (size <= size_ && size_ <= kKeptBytes) return bytes_.get();
    bytes_.reset();
    bytes_.reset(new (std::nothrow) char[size]);
    size_ = bytes_ ? size : 0;
    return bytes_.get();
  }

  void LetGo() {
    if (size_ <= kKeptBytes) return;
    bytes_.reset();
    size_ = 0;
  }

 private:
  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
};

template <class Object>
void Delete(void* object) {
  delete static_cast<Object*>(object);
}

void Bind(duckdb_bind_info info) {
  auto& documents = *static_cast<Documents*>(duckdb_bind_get_extra_info(info));
  const ValueHandle id(duckdb_bind_get_parameter(info, 0));
  auto bound = std::make_unique<Bound>(documents.Find(duckdb_get_int64(id.get())));
  if (*bound == nullptr) return duckdb_bind_set_error(info, "there are no such documents");
  const TypeHandle text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  const TypeHandle time(duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP));
  const TypeHandle json(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  duckdb_logical_type_set_alias(json.get(), "JSON");
  duckdb_bind_add_result_column(info, "file", text.get());
  duckdb_bind_add_result_column(info, "object_key", text.get());
  duckdb_bind_add_result_column(info, "object_version", text.get());
  duckdb_bind_add_result_column(info, "object_time", time.get());
  duckdb_bind_add_result_column(info, "document", json.get());
  duckdb_bind_set_cardinality(info, (*bound)->documents.size(), true);
  duckdb_bind_set_bind_data(info, bound.release(), Delete<Bound>);
}

void Init(duckdb_init_info info) {
  const auto& bound = *static_cast<const Bound*>(duckdb_init_get_bind_data(info));
  auto scan = std::make_unique<Scan>();
  for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i)
    scan->columns.push_back(duckdb_init_get_column_index(info, i));
  duckdb_init_set_max_threads(info, bound->threads);
  duckdb_init_set_init_data(info, scan.release(), Delete<Scan>);
}

void InitThread(duckdb_init_info info) { duckdb_init_set_init_data(info, new Buffer, Delete<Buffer>); }

// Reads all of a file. Returns what went wrong, or nothing.
std::string Read(const Document& document, Buffer& buffer, std::string_view& text) {
  const int file = open(document.file.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  if (file < 0 || fstat(file, &facts) != 0) {
    if (file >= 0) close(file);
    return "an object's file cannot be opened: " + document.object_key;
  }
  const auto size = static_cast<size_t>(facts.st_size);
  char* bytes = buffer.Take(size);
  size_t have = 0;
  ssize_t got = bytes == nullptr ? 0 : 1;
  while (have < size && got != 0) {
    got = read(file, bytes + have, size - have);
    if (got < 0 && errno != EINTR) break;
    if (got > 0) have += static_cast<size_t>(got);
  }
  close(file);
  text = std::string_view(bytes, have);
  if (bytes == nullptr && size > 0)
    return kNoMemoryForDocument + std::to_string(size) + " bytes: " + document.object_key;
  return have == size ? "" : "an object's file cannot be read: " + document.object_key;
}

void SetText(duckdb_vector vector, idx_t row, std::string_view text) {
  duckdb_vector_assign_string_element_len(vector, row, text.data(), text.size());
}

// Returns what went wrong, or nothing, and adds to `text_bytes`.
std::string SetRow(const Document& document, const Scan& scan, idx_t row, duckdb_data_chunk output,
                   Buffer& buffer, size_t& text_bytes) {
  for (idx_t i = 0; i < scan.columns.size(); ++i) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(output, i);
    switch (scan.columns[i]) {
      case kFile:
        SetText(vector, row, document.file.native());
        break;
      case kKey:
        SetText(vector, row, document.object_key);
        break;
      case kVersion:
        SetText(vector, row, document.object_version);
        break;
      case kTime:
        static_cast<int64_t*>(duckdb_vector_get_data(vector))[row] = document.object_time_us;
        break;
      case kDocument: {
        std::string_view text;
        if (std::string failure = Read(document, buffer, text); !failure.empty()) return failure;
        SetText(vector, row, text);
        text_bytes += text.size();
        buffer.LetGo();
        break;
      }
      default:  // no column at all, where rows are only counted
        break;
    }
  }
  return "";
}

void Fill(duckdb_function_info info, duckdb_data_chunk output) {
  const auto& list = (*static_cast<const Bound*>(duckdb_function_get_bind_data(info)))->documents;
  auto& scan = *static_cast<Scan*>(duckdb_function_get_init_data(info));
  auto& buffer = *static_cast<Buffer*>(duckdb_function_get_local_init_data(info));
  const idx_t most = duckdb_vector_size();
  idx_t rows = 0;
  for (size_t text_bytes = 0; rows < most && text_bytes < kMaxTextBytes; ++rows) {
    const size_t taken = scan.next++;
    if (taken >= list.size()) break;
    const std::string failure = SetRow(list[taken], scan, rows, output, buffer, text_bytes);
    if (!failure.empty()) return duckdb_function_set_error(info, failure.c_str());
  }
  duckdb_data_chunk_set_size(output, rows);
}

}  // namespace

Status RegisterDocuments(duckdb_connection connection, Documents& documents) {
  const TableFunctionHandle function(duckdb_create_table_function());
  duckdb_table_function_set_name(function.get(), "tarn_documents");
  const TypeHandle id(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
  duckdb_table_function_add_parameter(function.get(), id.get());
  duckdb_table_function_set_extra_info(function.get(), &documents, nullptr);
  duckdb_table_function_set_bind(function.get(), Bind);
  duckdb_table_function_set_init(function.get(), Init);
  duckdb_table_function_set_local_init(function.get(), InitThread);
  duckdb_table_function_set_function(function.get(), Fill);
  duckdb_table_function_supports_projection_pushdown(function.get(), true);
  if (duckdb_register_table_function(connection, function.get()) == DuckDBSuccess) return Ok();
  return Error(Code::kInternal, "the SQL engine does not take the function tarn_documents");
}

}  // namespace tarn::duckdb
