// What bench/catalog/run.py calls; see there.

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "bench/catalog/bench.h"

int main(int argc, char** argv) {
  using namespace tarn::catalog;
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string what = words.empty() ? "" : words[0];
  if (what == "wide" && words.size() == 5) {
    PutWideFiles(words[1], words[2], std::stoll(words[3]), std::stoll(words[4]));
  } else if (what == "tables" && words.size() == 4) {
    PutTables(words[1], words[2], std::stoll(words[3]));
  } else if (what == "partitions" && words.size() == 4) {
    PutPartitions(words[1], words[2], std::stoll(words[3]));
  } else if (what == "csv" && words.size() == 4) {
    PutLargeCsv(words[1], words[2], std::stoull(words[3]));
  } else if (what == "parquet_schema" && words.size() == 2) {
    TimeParquetSchema(words[1]);
  } else if (what == "commit" && words.size() == 3) {
    CommitPartitions(words[1], std::stoll(words[2]));
  } else {
    std::cerr << "usage: catalog_bench wide|tables|partitions|csv|parquet_schema|commit ...\n";
    return 2;
  }
  return 0;
}
