#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "services/query/formats/write_rows.h"

namespace tarn::query {

/// What a client gets: the rows of a query in a format.
inline std::string Render(const std::string& sql, FormatName name, int64_t max_rows = INT64_MAX) {
  struct Text : http::BodyWriter {
    Status Write(std::string_view data) override {
      text += data;
      return Ok();
    }
    std::string text;
  } body;
  auto instance = std::move(duckdb::Instance::Open({})).value();
  auto connection = std::move(instance->Connect()).value();
  auto stream = std::move(connection->Execute(sql)).value();
  RowsToWrite rows;
  rows.rows = stream.get();
  rows.format = MakeFormat(name);
  rows.max_rows = max_rows;
  const auto begun = rows.Begin();
  EXPECT_TRUE(begun.ok());
  const auto written = rows.Write([&] { return nlohmann::json{{"rows", rows.written}}; }, body);
  EXPECT_TRUE(written.ok());
  return body.text;
}

}  // namespace tarn::query
