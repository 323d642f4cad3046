#include "common/object_store/pin_directory.h"

#include <algorithm>
#include <system_error>

#include "common/ids/ulid.h"
#include "common/object_store/posix_file.h"

namespace tarn::object_store {
namespace {

// The last one or two extensions of a key (".parquet", ".csv.gz"), by which engines tell formats. Only letters and
// digits: engines read '*' or '{' in a path as a pattern.
std::string ExtensionOf(const std::string& key) {
  const std::string name = key.substr(key.rfind('/') + 1);
  size_t begin = name.size();
  for (int parts = 0; parts < 2 && begin > 0; ++parts) {
    const size_t dot = name.rfind('.', begin - 1);
    if (dot == std::string::npos || dot == 0 || begin - dot > 16 || begin - dot < 2) break;
    const bool plain = std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dot) + 1,
                                   name.begin() + static_cast<std::ptrdiff_t>(begin), [](unsigned char c) {
                                     return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                                   });
    if (!plain) break;
    begin = dot;
  }
  return name.substr(begin);
}

}  // namespace

Result<std::unique_ptr<PinDirectory>> PinDirectory::Make(std::shared_ptr<Workspace> workspace) {
  const auto directory = workspace->pins() / NewUlid();
  std::error_code failed;
  if (!std::filesystem::create_directory(directory, failed)) return SystemError(failed.value(), "make a directory for pins");
  return std::unique_ptr<PinDirectory>(new PinDirectory(std::move(workspace), directory));
}

PinDirectory::~PinDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::filesystem::path PinDirectory::Next(const std::string& key) const {
  std::string number = std::to_string(files_.size());
  number.insert(0, 6 - std::min<size_t>(number.size(), 6), '0');
  return directory_ / (number + ExtensionOf(key));
}

}  // namespace tarn::object_store
