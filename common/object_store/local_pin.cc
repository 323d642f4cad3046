#include "common/object_store/local_pin.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "common/object_store/pin_directory.h"

namespace tarn::object_store {
namespace {

Error Gone(const ObjectVersion& object) {
  return Error(Code::kNotFound, "that version is gone or replaced: " + object.bucket + "/" + object.key);
}

}  // namespace

Result<std::unique_ptr<Pin>> PinObjectFiles(ObjectFiles& files, std::shared_ptr<Workspace> workspace,
                                            const std::vector<ObjectVersion>& objects) {
  TARN_ASSIGN(auto pin, PinDirectory::Make(std::move(workspace)));
  for (const ObjectVersion& object : objects) {
    auto opened = files.Open(object.bucket, object.key);
    if (!opened.ok() && opened.error().code() == Code::kNotFound) return Gone(object);
    if (!opened.ok()) return std::move(opened).error();
    if (opened->info.version != object.version) return Gone(object);
    const auto link = pin->Next(object.key);
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
