#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "bench/object_store/bench.h"
#include "common/object_store/local_object_store.h"

namespace tarn::object_store {
namespace {

constexpr size_t kBytes = 4096;

void Check(bool fine, const char* what) {
  if (fine) return;
  perror(what);
  exit(1);  // NOLINT(concurrency-mt-unsafe)
}

// Calls `put` with numbers of its own in each thread until the time is over.
int64_t InThreads(int threads, double seconds, const std::function<void(int thread, int64_t number)>& put) {
  std::atomic<bool> over = false;
  std::atomic<int64_t> done = 0;
  {
    std::vector<std::jthread> running;
    for (int thread = 0; thread < threads; ++thread) {
      running.emplace_back([&, thread] {
        for (int64_t number = 0; !over; ++number, ++done) put(thread, number);
      });
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    over = true;
  }
  return done;
}

}  // namespace

int64_t PutBare(const std::filesystem::path& directory, int threads, double seconds) {
  std::filesystem::create_directories(directory / "staging");
  std::filesystem::create_directories(directory / "bucket");
  const int staging = open((directory / "staging").c_str(), O_RDONLY | O_DIRECTORY);
  const int bucket = open((directory / "bucket").c_str(), O_RDONLY | O_DIRECTORY);
  Check(staging >= 0 && bucket >= 0, "open");
  const std::string content(kBytes, 'x');
  return InThreads(threads, seconds, [&](int thread, int64_t number) {
    const std::string name = std::to_string(thread) + "-" + std::to_string(number);
    const int file = openat(staging, name.c_str(), O_WRONLY | O_CREAT | O_EXCL, 0666);
    Check(file >= 0 && write(file, content.data(), content.size()) == static_cast<ssize_t>(kBytes), "write");
    Check(fsync(file) == 0 && close(file) == 0, "fsync");
    Check(renameat(staging, name.c_str(), bucket, name.c_str()) == 0, "rename");
    Check(fsync(bucket) == 0, "fsync of the directory");
  });
}

int64_t PutToStore(const std::filesystem::path& directory, int threads, double seconds) {
  const auto store = std::move(OpenLocalStore({directory / "lake", "bench"})).value();
  Check(store->EnsureBucket("bucket").ok(), "bucket");
  const std::string content(kBytes, 'x');
  return InThreads(threads, seconds, [&](int thread, int64_t number) {
    const auto put = store->Put("bucket", std::to_string(thread) + "-" + std::to_string(number), content);
    if (put.ok()) return;
    fprintf(stderr, "%s\n", put.error().message().c_str());
    exit(1);  // NOLINT(concurrency-mt-unsafe)
  });
}

}  // namespace tarn::object_store
