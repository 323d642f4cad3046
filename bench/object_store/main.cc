// object_store_bench bare|store <new directory> <threads> <seconds>: prints how many durable writes were done a second.
// object_store_bench list <new directory> <objects> <rounds>: prints lines "<what> <entries> <median ms> <greatest ms>".
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bench/object_store/bench.h"

int main(int argc, char** argv) {
  using namespace tarn::object_store;
  if (argc != 5) return 2;
  const std::string_view what = argv[1];
  const double last = std::atof(argv[4]);
  if (what == "bare") printf("%.1f\n", static_cast<double>(PutBare(argv[2], std::atoi(argv[3]), last)) / last);
  else if (what == "store") printf("%.1f\n", static_cast<double>(PutToStore(argv[2], std::atoi(argv[3]), last)) / last);
  else if (what == "list") MeasureLists(argv[2], std::atoll(argv[3]), static_cast<int>(last));
  else return 2;
  return 0;
}
