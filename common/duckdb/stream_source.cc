#include "common/duckdb/stream_source.h"

#include "common/duckdb/chunk.h"

namespace tarn::duckdb {
namespace {

void Bind(duckdb_bind_info info) {
  auto& sources = *static_cast<StreamSources*>(duckdb_bind_get_extra_info(info));
  const ValueHandle id(duckdb_bind_get_parameter(info, 0));
  StreamSource* source = sources.Find(duckdb_get_int64(id.get()));
  if (!source) return duckdb_bind_set_error(info, "there is no such stream");
  for (size_t i = 0; i < source->schema->types.size(); ++i) {
    duckdb_bind_add_result_column(info, source->names[i].c_str(), source->schema->types[i].handle.get());
  }
  duckdb_bind_set_bind_data(info, source, nullptr);
}

void Init(duckdb_init_info info) { duckdb_init_set_max_threads(info, 1); }

void Fill(duckdb_function_info info, duckdb_data_chunk output) {
  auto& source = *static_cast<StreamSource*>(duckdb_function_get_bind_data(info));
  auto next = source.next();
  if (!next.ok()) {
    source.failure = next.error();
    return duckdb_function_set_error(info, next.error().message().c_str());
  }
  source.current = std::move(*next);
  if (!source.current) return duckdb_data_chunk_set_size(output, 0);
  const auto chunk = static_cast<duckdb_data_chunk>(source.current->native());
  for (idx_t i = 0; i < duckdb_data_chunk_get_column_count(output); ++i) {
    duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(output, i),
                                   duckdb_data_chunk_get_vector(chunk, i));
  }
  duckdb_data_chunk_set_size(output, duckdb_data_chunk_get_size(chunk));
}

}  // namespace

int64_t StreamSources::Add(StreamSource& source) {
  const std::scoped_lock lock(mutex_);
  sources_[++last_] = &source;
  return last_;
}

void StreamSources::Remove(int64_t id) {
  const std::scoped_lock lock(mutex_);
  sources_.erase(id);
}

StreamSource* StreamSources::Find(int64_t id) {
  const std::scoped_lock lock(mutex_);
  const auto found = sources_.find(id);
  return found == sources_.end() ? nullptr : found->second;
}

Status RegisterStreamSource(duckdb_connection connection, StreamSources& sources) {
  const TableFunctionHandle function(duckdb_create_table_function());
  duckdb_table_function_set_name(function.get(), "tarn_stream");
  const TypeHandle id(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
  duckdb_table_function_add_parameter(function.get(), id.get());
  duckdb_table_function_set_extra_info(function.get(), &sources, nullptr);
  duckdb_table_function_set_bind(function.get(), Bind);
  duckdb_table_function_set_init(function.get(), Init);
  duckdb_table_function_set_function(function.get(), Fill);
  if (duckdb_register_table_function(connection, function.get()) == DuckDBSuccess) return Ok();
  return Error(Code::kInternal, "the SQL engine does not take the function tarn_stream");
}

}  // namespace tarn::duckdb
