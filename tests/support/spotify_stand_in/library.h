#pragma once

#include <cstdint>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace tarn::spotify_stand_in {

/// What the one user of the stand-in saved and played: generated tracks. Thread-safe.
class Library {
 public:
  /// The newest stands first; another number of them is another list.
  void SetSavedTracks(int64_t count);
  /// Lets the user play so many more tracks, one each second.
  void Play(int64_t count);

  nlohmann::json SavedTracks(const std::string& api_url, int64_t offset, int64_t limit) const;
  /// The newest of the last 50 plays, or the oldest of those after `after` (in ms since 1970); newest first.
  nlohmann::json RecentlyPlayed(const std::string& api_url, std::optional<int64_t> after,
                                int64_t limit) const;

 private:
  mutable std::mutex mutex_;
  int64_t saved_ = 0;
  int64_t plays_ = 0;
};

}  // namespace tarn::spotify_stand_in
