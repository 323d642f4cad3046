#include "services/query/statements/row_format.h"

#include <nlohmann/json.hpp>
#include <unordered_set>

#include "common/json/json.h"

namespace tarn::query {
namespace {

class JsonFormat : public RowFormat {
 public:
  const char* content_type() const override { return "application/json"; }

  void Begin(const std::vector<duckdb::Column>& columns, std::string& out) override {
    columns_ = columns.size();
    out += "{\"columns\":" + json::Dump(ColumnsJson(columns)) + ",\"rows\":[";
  }

  void Row(const duckdb::Chunk& chunk, size_t row, std::string& out) override {
    if (!first_) out += ',';
    first_ = false;
    out += '\n';
    AppendRowArray(chunk, row, columns_, out);
  }

  void End(const nlohmann::json& stats, std::string& out) override {
    out += "\n],\"stats\":" + json::Dump(stats) + "}\n";
  }

 private:
  size_t columns_ = 0;
  bool first_ = true;
};

class CsvFormat : public RowFormat {
 public:
  const char* content_type() const override { return "text/csv; charset=utf-8; header=present"; }

  void Begin(const std::vector<duckdb::Column>& columns, std::string& out) override {
    columns_ = columns.size();
    for (size_t i = 0; i < columns_; ++i) AppendField(columns[i].name, i, out);
    out += "\r\n";
  }

  void Row(const duckdb::Chunk& chunk, size_t row, std::string& out) override {
    for (size_t i = 0; i < columns_; ++i) {
      if (!chunk.IsNull(row, i)) AppendField(chunk.Text(row, i), i, out);
      else if (i > 0) out += ',';
    }
    out += "\r\n";
  }

  void End(const nlohmann::json&, std::string&) override {}

 private:
  static void AppendField(const std::string& text, size_t position, std::string& out) {
    if (position > 0) out += ',';
    if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) {
      out += text;
      return;
    }
    out += '"';
    for (const char c : text) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }

  size_t columns_ = 0;
};

class NdjsonFormat : public RowFormat {
 public:
  const char* content_type() const override { return "application/x-ndjson"; }

  void Begin(const std::vector<duckdb::Column>& columns, std::string&) override {
    std::unordered_set<std::string> used;
    for (const auto& column : columns) {
      std::string name = column.name;
      for (int suffix = 1; !used.insert(name).second; ++suffix) name = column.name + '_' + std::to_string(suffix);
      keys_.push_back(json::Dump(name) + ':');
    }
  }

  void Row(const duckdb::Chunk& chunk, size_t row, std::string& out) override {
    out += '{';
    for (size_t i = 0; i < keys_.size(); ++i) {
      if (i > 0) out += ',';
      out += keys_[i] + json::Dump(chunk.Json(row, i));
    }
    out += "}\n";
  }

  void End(const nlohmann::json&, std::string&) override {}

 private:
  std::vector<std::string> keys_;  // "name": as JSON, in the order of the columns
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

std::unique_ptr<RowFormat> MakeJsonFormat() { return std::make_unique<JsonFormat>(); }
std::unique_ptr<RowFormat> MakeCsvFormat() { return std::make_unique<CsvFormat>(); }
std::unique_ptr<RowFormat> MakeNdjsonFormat() { return std::make_unique<NdjsonFormat>(); }

}  // namespace tarn::query
