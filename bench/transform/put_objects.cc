// Puts the files of a folder into the bucket raw of the lake in HOME, at PREFIX, with the real object store.
//
//   bench_transform_put HOME FOLDER PREFIX

#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "common/object_store/local_object_store.h"

namespace tarn {
namespace {

Status PutFile(object_store::ObjectStore& store, const std::filesystem::path& file, const std::string& key) {
  TARN_ASSIGN(auto writer, store.Stage());
  std::ifstream in(file, std::ios::binary);
  std::vector<char> buffer(1 << 20);
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    TARN_TRY(writer->Write({buffer.data(), static_cast<size_t>(in.gcount())}));
  }
  TARN_ASSIGN(auto content, writer->Finish());
  std::vector<object_store::Change> changes;
  changes.push_back({"raw", key, std::move(content), {}});
  TARN_ASSIGN(const auto committed, store.Commit(std::move(changes), {}));
  return committed.objects.empty() ? Error(Code::kInternal, "nothing was committed") : Ok();
}

Status Put(const std::filesystem::path& home, const std::filesystem::path& folder,
           const std::string& prefix) {
  std::filesystem::create_directories(home);
  TARN_ASSIGN(const auto store, object_store::OpenLocalStore({home / "lake", "bench"}));
  TARN_TRY(store->EnsureBucket("raw"));
  TARN_TRY(store->EnsureBucket("transformed"));
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    TARN_TRY(PutFile(*store, entry.path(), prefix + entry.path().filename().string()));
  return Ok();
}

}  // namespace
}  // namespace tarn

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto put = tarn::Put(argv[1], argv[2], argv[3]);
  if (!put.ok()) std::cerr << put.error().message() << "\n";
  return put.ok() ? 0 : 1;
}
