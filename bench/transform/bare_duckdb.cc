// Runs the statements of a file in a fresh DuckDB, by its C interface alone, and prints the seconds that took
// and the greatest resident memory as JSON.
//
//   bench_transform_bare SQL_FILE TEMP_DIRECTORY MEMORY_BYTES THREADS

#include <duckdb.h>
#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  std::ifstream file(argv[1]);
  const std::string sql{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto begin = std::chrono::steady_clock::now();
  duckdb_config config = nullptr;
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  duckdb_result result;
  duckdb_create_config(&config);
  duckdb_set_config(config, "temp_directory", argv[2]);
  duckdb_set_config(config, "memory_limit", (std::string(argv[3]) + "B").c_str());
  duckdb_set_config(config, "threads", argv[4]);
  if (duckdb_open_ext(nullptr, &database, config, nullptr) != DuckDBSuccess) return 1;
  if (duckdb_connect(database, &connection) != DuckDBSuccess) return 1;
  if (duckdb_query(connection, sql.c_str(), &result) != DuckDBSuccess) {
    std::cerr << duckdb_result_error(&result) << "\n";
    return 1;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds_of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  std::cout << "{\"seconds\": " << seconds.count()
            << ", \"processor_seconds\": " << seconds_of(used.ru_utime) + seconds_of(used.ru_stime)
            << ", \"peak_mb\": " << used.ru_maxrss / 1024 << "}\n";
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  duckdb_destroy_config(&config);
}
