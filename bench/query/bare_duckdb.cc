// DuckDB through its C interface and nothing else, for a driver that asks it statement by statement.
//
//   bench_query_bare THREADS MEMORY_BYTES TEMP_DIRECTORY
//
// Each line of the input is a statement. Each line of the output is what it took, from its text until its
// last row was fetched: "SECONDS ROWS FIRST_VALUE", or "error MESSAGE".

#include <duckdb.h>

#include <chrono>
#include <iostream>
#include <string>

namespace {

std::string OneLine(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

std::string FirstValue(duckdb_result* result) {
  if (duckdb_row_count(result) == 0 || duckdb_column_count(result) == 0) return "";
  char* text = duckdb_value_varchar(result, 0, 0);
  const std::string value = text ? text : "";
  duckdb_free(text);
  return value;
}

std::string Run(duckdb_connection connection, const std::string& sql) {
  duckdb_result result;
  const auto begin = std::chrono::steady_clock::now();
  const auto state = duckdb_query(connection, sql.c_str(), &result);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::string answer;
  if (state != DuckDBSuccess) {
    answer = std::string("error ") + duckdb_result_error(&result);
  } else {
    answer = std::to_string(seconds.count()) + ' ' + std::to_string(duckdb_row_count(&result)) + ' ' +
             FirstValue(&result);
  }
  duckdb_destroy_result(&result);
  return OneLine(answer);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  duckdb_config config = nullptr;
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  duckdb_create_config(&config);
  duckdb_set_config(config, "threads", argv[1]);
  duckdb_set_config(config, "memory_limit", (std::string(argv[2]) + "B").c_str());
  duckdb_set_config(config, "temp_directory", argv[3]);
  if (duckdb_open_ext(nullptr, &database, config, nullptr) != DuckDBSuccess) return 1;
  if (duckdb_connect(database, &connection) != DuckDBSuccess) return 1;
  for (std::string sql; std::getline(std::cin, sql);) std::cout << Run(connection, sql) << std::endl;
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  duckdb_destroy_config(&config);
}
