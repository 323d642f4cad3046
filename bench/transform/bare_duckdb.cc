// Runs the statements of a file in a fresh DuckDB and prints the seconds that took as JSON.
//
//   bench_transform_bare SQL_FILE DIRECTORY MEMORY_BYTES THREADS   (SQL may read and write files below DIRECTORY)

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "common/duckdb/engine.h"

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  std::ifstream file(argv[1]);
  const std::string sql{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  tarn::duckdb::InstanceOptions options;
  options.allowed_directories = {argv[2]};
  options.temp_directory = std::filesystem::path(argv[2]) / "spill";
  options.max_temp_bytes = 16ull << 30;
  options.memory_limit_bytes = std::stoull(argv[3]);
  options.threads = std::stoll(argv[4]);
  const auto begin = std::chrono::steady_clock::now();
  const auto instance = tarn::duckdb::Instance::Open(options);
  if (!instance.ok()) return 1;
  const auto connection = (*instance)->Connect();
  if (!connection.ok()) return 1;
  const auto status = (*connection)->Run(sql);
  if (!status.ok()) {
    std::cerr << status.error().message() << " " << status.error().where() << "\n";
    return 1;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::cout << "{\"seconds\": " << seconds.count() << "}\n";
}
