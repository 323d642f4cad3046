#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace tarn::extract::spotify {

/// What a run has decided so far, in its scratch directory, so that a resumed run decides the same. One
/// thread at a time.
class Decisions {
 public:
  explicit Decisions(std::filesystem::path scratch);

  bool WasUnchanged(const std::string& stream) const { return unchanged_.contains(stream); }
  void NoteUnchanged(const std::string& stream);

  /// Whether all pages of that stream are there and of one version.
  bool WasWhole(const std::string& stream) const { return whole_.contains(stream); }
  void NoteWhole(const std::string& stream);

  /// The ids of each page of that kind. Pages that a run began before it was interrupted stay as they were;
  /// ids that are on none of them make further pages of up to `max`.
  std::vector<std::vector<std::string>> PlanPages(const std::string& kind,
                                                  const std::vector<std::string>& ids, size_t max);

 private:
  const std::filesystem::path scratch_;
  std::set<std::string> unchanged_;
  std::set<std::string> whole_;
};

}  // namespace tarn::extract::spotify
