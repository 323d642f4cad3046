#include "common/object_store/local_pin.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "common/ids/ulid.h"

namespace tarn::object_store {
namespace {

class LocalPin final : public Pin {
 public:
  LocalPin(std::shared_ptr<Workspace> workspace, std::filesystem::path directory)
      : workspace_(std::move(workspace)), directory_(std::move(directory)) {}
  ~LocalPin() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  const std::filesystem::path& directory() const override { return directory_; }
  const std::vector<std::filesystem::path>& files() const override { return files_; }
  void Add(std::filesystem::path file) { files_.push_back(std::move(file)); }

 private:
  std::shared_ptr<Workspace> workspace_;
  std::filesystem::path directory_;
  std::vector<std::filesystem::path> files_;
};

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

Error Gone(const ObjectVersion& object) {
  return Error(Code::kNotFound, "that version is gone or replaced: " + object.bucket + "/" + object.key);
}

}  // namespace

Result<std::unique_ptr<Pin>> PinObjectFiles(ObjectFiles& files, std::shared_ptr<Workspace> workspace,
                                            const std::vector<ObjectVersion>& objects) {
  const auto directory = workspace->pins() / NewUlid();
  std::error_code failed;
  if (!std::filesystem::create_directory(directory, failed)) return SystemError(failed.value(), "make a directory for pins");
  auto pin = std::make_unique<LocalPin>(std::move(workspace), directory);
  for (const ObjectVersion& object : objects) {
    auto opened = files.Open(object.bucket, object.key);
    if (!opened.ok() && opened.error().code() == Code::kNotFound) return Gone(object);
    if (!opened.ok()) return std::move(opened).error();
    if (opened->info.version != object.version) return Gone(object);
    std::string number = std::to_string(pin->files().size());
    number.insert(0, 6 - std::min<size_t>(number.size(), 6), '0');
    const auto link = directory / (number + ExtensionOf(object.key));
    const std::string by_descriptor = "/proc/self/fd/" + std::to_string(opened->file.get());
    if (linkat(AT_FDCWD, by_descriptor.c_str(), AT_FDCWD, link.c_str(), AT_SYMLINK_FOLLOW) != 0) {
      // The kernel links no file that has lost its last name, so it was replaced after it was opened.
      if (errno == ENOENT) return Gone(object);
      return SystemError(errno, "pin a file");
    }
    pin->Add(link);
  }
  return std::unique_ptr<Pin>(std::move(pin));
}

}  // namespace tarn::object_store
