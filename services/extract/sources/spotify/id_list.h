#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace tarn::extract::spotify {

/// Ids in the order they were first seen.
class IdList {
 public:
  void Add(const std::string& id) {
    const auto [place, is_new] = seen_.insert(id);
    if (is_new) ids_.push_back(&*place);
  }
  void Add(const std::vector<std::string>& ids) {
    for (const std::string& id : ids) Add(id);
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    ids.reserve(ids_.size());
    for (const std::string* id : ids_) ids.push_back(*id);
    return ids;
  }
  size_t size() const { return ids_.size(); }

 private:
  std::unordered_set<std::string> seen_;
  std::vector<const std::string*> ids_;  // elements of a set stay where they are
};

/// Whether `text` can be the id of anything at Spotify. An id is a part of object keys and URLs, so nothing
/// else may be in it.
bool IsSpotifyId(std::string_view text);

}  // namespace tarn::extract::spotify
