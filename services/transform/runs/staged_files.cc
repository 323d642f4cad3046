#include "services/transform/runs/staged_files.h"

#include <fstream>
#include <iterator>
#include <string>

namespace tarn::transform {
namespace {

constexpr uintmax_t kSmall = 64 * 1024;

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

}  // namespace tarn::transform
