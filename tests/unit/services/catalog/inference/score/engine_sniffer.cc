#include "tests/unit/services/catalog/inference/score/engine_sniffer.h"

#include <nlohmann/json.hpp>

namespace tarn::score {

using nlohmann::json;

EngineSniffer::EngineSniffer(const std::filesystem::path& directory)
    : directory_(std::filesystem::absolute(directory).lexically_normal()) {}

json EngineSniffer::Sniff(const std::filesystem::path& file) {
  if (!instance_ || instance_->broken()) {
    duckdb::InstanceOptions options;
    options.allowed_directories = {directory_};
    instance_ = duckdb::Instance::Open(options).value();
  }
  const auto connection = instance_->Connect().value();
  const std::string name = std::filesystem::absolute(file).lexically_normal().string();
  const auto rows = connection->Rows("SELECT Delimiter, Quote, SkipRows, HasHeader, Columns FROM sniff_csv(" +
                                     duckdb::QuoteLiteral(name) + ")");
  if (!rows.ok() || rows->empty()) return nullptr;
  const json& row = rows->at(0);
  const auto mark = [](const json& value) { return value == "(empty)" ? json("") : value; };
  json answer = {{"delimiter", mark(row["Delimiter"])},
                 {"quote", mark(row["Quote"])},
                 {"header_lines", row["HasHeader"].get<bool>() ? 1 : 0},
                 {"skip_lines", row["SkipRows"]},
                 {"columns", json::array()},
                 {"types", json::array()}};
  for (const json& column : row["Columns"]) {
    answer["columns"].push_back(column["name"]);
    answer["types"].push_back(column["type"]);
  }
  return answer;
}

}  // namespace tarn::score
