#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/object_store/workspace.h"

namespace tarn::object_store {

/// A directory of pinned files in a workspace, removed when destroyed.
class PinDirectory final : public Pin {
 public:
  /// Errors: kInternal, kResourceExhausted.
  static Result<std::unique_ptr<PinDirectory>> Make(std::shared_ptr<Workspace> workspace);
  ~PinDirectory() override;

  const std::filesystem::path& directory() const override { return directory_; }
  const std::vector<std::filesystem::path>& files() const override { return files_; }

  /// The path of the next file: numbered, with the key's extension.
  std::filesystem::path Next(const std::string& key) const;
  void Add(std::filesystem::path file) { files_.push_back(std::move(file)); }

 private:
  PinDirectory(std::shared_ptr<Workspace> workspace, std::filesystem::path directory)
      : workspace_(std::move(workspace)), directory_(std::move(directory)) {}

  std::shared_ptr<Workspace> workspace_;
  std::filesystem::path directory_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace tarn::object_store
