#include "services/transform/runs/staged_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <future>
#include <iterator>
#include <optional>
#include <string>
#include <thread>

namespace tarn::transform {
namespace {

constexpr uintmax_t kSmall = 64 * 1024;
constexpr size_t kMaxThreads = 4;  // they hash, and they wait for the disk

}  // namespace

Result<std::unique_ptr<object_store::StagedObject>> StageOutput(object_store::ObjectStore& store,
                                                                const std::filesystem::path& file) {
  std::error_code failed;
  const auto size_bytes = std::filesystem::file_size(file, failed);
  if (failed || size_bytes > kSmall) return store.StageFile(file);
  std::ifstream stream(file, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad() || content.size() != size_bytes)
    return Error(Code::kInternal, "a file of an output cannot be read");
  TARN_ASSIGN(auto writer, store.Stage());
  TARN_TRY(writer->Write(content));
  return writer->Finish();
}

Result<StagedFiles> StageOutputs(object_store::ObjectStore& store,
                                 const std::vector<std::filesystem::path>& files) {
  std::vector<std::optional<Result<std::unique_ptr<object_store::StagedObject>>>> results(files.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < files.size(); i = next++) results[i] = StageOutput(store, files[i]);
  };
  const size_t threads = std::min({files.size(), kMaxThreads, size_t{std::thread::hardware_concurrency()}});
  {
    std::vector<std::future<void>> others;
    for (size_t i = 1; i < threads; ++i) others.push_back(std::async(std::launch::async, work));
    work();
    for (auto& other : others) other.get();
  }
  StagedFiles staged;
  for (size_t i = 0; i < files.size(); ++i) {
    TARN_ASSIGN(staged[files[i]], *std::move(results[i]));
  }
  return staged;
}

void BeginWriteback(const std::filesystem::path& file) {
#ifdef SYNC_FILE_RANGE_WRITE
  const int opened = open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (opened < 0) return;
  sync_file_range(opened, 0, 0, SYNC_FILE_RANGE_WRITE);
  close(opened);
#endif
}

}  // namespace tarn::transform
