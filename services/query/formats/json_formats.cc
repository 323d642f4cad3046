#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>

#include "common/duckdb/chunk_text.h"
#include "common/json/json.h"
#include "services/query/formats/formats.h"

namespace tarn::query {
namespace {

class JsonFormat : public ResultFormat {
 public:
  Status Begin(const duckdb::ResultStream& rows, std::string& out) override {
    columns_ = rows.columns().size();
    values_.emplace(rows.schema());
    out += "{\"columns\":" + json::Dump(ColumnsJson(rows.columns())) + ",\"rows\":[";
    return Ok();
  }

  Result<size_t> Rows(const duckdb::Chunk& chunk, size_t begin, size_t end, std::string& out) override {
    values_->Take(chunk);
    for (; begin < end && out.size() < kFlushBytes; ++begin) {
      out += first_ ? "\n" : ",\n";
      first_ = false;
      out += '[';
      for (size_t i = 0; i < columns_; ++i) {
        if (i > 0) out += ',';
        values_->AppendJson(begin, i, out);
      }
      out += ']';
    }
    return begin;
  }

  Status End(const nlohmann::json& stats, std::string& out) override {
    nlohmann::json rest = stats;
    const std::string token = rest.value("next_page_token", "");
    rest.erase("next_page_token");
    out += "\n],\"stats\":" + json::Dump(rest);
    if (!token.empty()) out += ",\"next_page_token\":" + json::Dump(token);
    out += "}\n";
    return Ok();
  }

 private:
  size_t columns_ = 0;
  std::optional<duckdb::ChunkText> values_;
  bool first_ = true;
};

class NdjsonFormat : public ResultFormat {
 public:
  Status Begin(const duckdb::ResultStream& rows, std::string&) override {
    values_.emplace(rows.schema());
    std::unordered_set<std::string> used;
    for (const auto& column : rows.columns()) {
      std::string name = column.name;
      for (int suffix = 1; !used.insert(name).second; ++suffix)
        name = column.name + '_' + std::to_string(suffix);
      keys_.push_back(json::Dump(name) + ':');
    }
    return Ok();
  }

  Result<size_t> Rows(const duckdb::Chunk& chunk, size_t begin, size_t end, std::string& out) override {
    values_->Take(chunk);
    for (; begin < end && out.size() < kFlushBytes; ++begin) {
      out += '{';
      for (size_t i = 0; i < keys_.size(); ++i) {
        if (i > 0) out += ',';
        out += keys_[i];
        values_->AppendJson(begin, i, out);
      }
      out += "}\n";
    }
    return begin;
  }

  Status End(const nlohmann::json&, std::string&) override { return Ok(); }

 private:
  std::vector<std::string> keys_;  // "name": as JSON, in the order of the columns
  std::optional<duckdb::ChunkText> values_;
};

}  // namespace

void AppendRowArray(const duckdb::Chunk& chunk, size_t row, size_t columns, std::string& out) {
  out += '[';
  for (size_t i = 0; i < columns; ++i) {
    if (i > 0) out += ',';
    out += json::Dump(chunk.Json(row, i));
  }
  out += ']';
}

nlohmann::json ColumnsJson(const std::vector<duckdb::Column>& columns) {
  auto array = nlohmann::json::array();
  for (const auto& column : columns) array.push_back({{"name", column.name}, {"type", column.type}});
  return array;
}

std::unique_ptr<ResultFormat> MakeJsonFormat() { return std::make_unique<JsonFormat>(); }
std::unique_ptr<ResultFormat> MakeNdjsonFormat() { return std::make_unique<NdjsonFormat>(); }

}  // namespace tarn::query
