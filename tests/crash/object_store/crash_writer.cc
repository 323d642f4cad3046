// crash_writer <lake> <first step> [<fault step> <n>]: commits step after step and writes the number of each that was
// acknowledged to standard output. With a fault step it kills itself when that step of a commit is reached for the
// nth time.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "common/object_store/local_object_store.h"
#include "tests/crash/object_store/workload.h"

int main(int argc, char** argv) {
  using namespace tarn::object_store;
  if (argc != 3 && argc != 5) return 2;
  LocalStoreOptions options;
  options.root = argv[1];
  options.writer = "writer";
  if (argc == 5) {
    options.fault = [step = std::string(argv[3]), left = std::atoi(argv[4])](std::string_view reached) mutable {
      if (reached == step && --left == 0) kill(getpid(), SIGKILL);
      return tarn::Ok();
    };
  }
  const auto store = OpenLocalStore(options);
  if (!store.ok() || !(*store)->EnsureBucket("raw").ok()) return 3;
  for (int64_t step = std::atoll(argv[2]);; ++step) {
    if (!CommitStep(**store, step).ok()) return 4;
    const std::string line = std::to_string(step) + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) < 0) return 5;
  }
}
