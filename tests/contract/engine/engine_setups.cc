#include "tests/contract/engine/engine_setups.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "services/query/engine/duckdb_engine.h"
#include "services/query/formats/result_format.h"

namespace tarn::query {
namespace {

std::unique_ptr<Engine> OpenDuckDb(TestLake& lake) {
  DuckDbEngineOptions options;
  options.memory_bytes = 256 << 20;
  options.temp_bytes = 64 << 20;
  options.temp_directory = lake.path() / "tmp";
  return std::move(OpenDuckDbEngine(options, lake.store())).value();
}

std::string ReadObject(TestLake& lake, const catalog_client::DataFile& file) {
  return lake.store().GetAll(file.bucket, file.key).value();
}

// Says in the footer that the STRUCT column `poison` is a VARIANT, which a struct of one member cannot be.
std::string CallStructAVariant(std::string parquet) {
  // In Thrift's compact protocol: field 5 (num_children) = 1 ends the column's element; field 10
  // (logicalType) may follow, here the union's member 16, VARIANT, an empty struct.
  const std::string element("poison\x15\x02", 8), variant("\x5c\x0c\x20\x00\x00", 5);
  const size_t at = parquet.rfind(element);
  if (at == std::string::npos)
    throw std::runtime_error("the engine writes another footer now; adapt the poison");
  parquet.insert(at + element.size(), variant);
  uint32_t footer = 0;
  const size_t length_at = parquet.size() - 8;
  for (int i = 3; i >= 0; --i)
    footer = footer << 8 | static_cast<uint8_t>(parquet[length_at + static_cast<size_t>(i)]);
  footer += static_cast<uint32_t>(variant.size());
  for (size_t i = 0; i < 4; ++i) parquet[length_at + i] = static_cast<char>(footer >> 8 * i & 0xff);
  return parquet;
}

}  // namespace

const std::vector<EngineSetup>& EngineSetups() {
  static const std::vector<EngineSetup> kSetups = {{"DuckDb", OpenDuckDb}};
  return kSetups;
}

table_view::BoundTable EngineContract::Table(const std::string& name,
                                             std::vector<catalog_client::DataFile> files,
                                             std::vector<catalog_client::TableColumn> columns) {
  table_view::BoundTable table;
  table.database = "d";
  table.name = name;
  table.snapshot = {"d", name, 1, std::move(columns), std::move(files)};
  return table;
}

table_view::BoundTable EngineContract::Table(const std::string& name, const std::string& sql,
                                             std::vector<catalog_client::TableColumn> columns) {
  std::vector<std::string> names;
  for (const auto& column : columns) names.push_back(column.name);
  auto file = lake_.PutParquet("d/" + name + "/a.parquet", sql, names);
  return Table(name, {std::move(file)}, std::move(columns));
}

catalog_client::DataFile EngineContract::PutPoison(const std::string& key) {
  const auto harmless = lake_.PutParquet(
      "harmless.parquet", "SELECT {'typed_value': i} AS poison FROM range(3) t(i)", {"poison"});
  return lake_.PutFile(key, CallStructAVariant(ReadObject(lake_, harmless)),
                       catalog_client::FileFormat::kParquet, {"poison"});
}

Result<std::string> EngineContract::Run(const EngineStatement& statement, std::stop_token cancelled) {
  TARN_ASSIGN(const auto execution, engine_->Start(statement, cancelled));
  std::string text;
  while (true) {
    TARN_ASSIGN(const auto chunk, execution->Next());
    if (!chunk) return text;
    for (size_t row = 0; row < chunk->rows(); ++row) {
      AppendRowArray(*chunk, row, execution->columns().size(), text);
      text += '\n';
    }
  }
}

}  // namespace tarn::query
