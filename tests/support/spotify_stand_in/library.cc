#include "tests/support/spotify_stand_in/library.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/time/time.h"
#include "tests/support/spotify_stand_in/generated.h"

namespace tarn::spotify_stand_in {
namespace {

using nlohmann::json;

constexpr int64_t kKeptPlays = 50;
constexpr int64_t kFirstPlayMs = 1'767'225'600'000;  // 2026-01-01

json Track(int64_t number) {
  const std::string id = GeneratedTrackId(number);
  return {{"id", id},
          {"type", "track"},
          {"name", "Song " + std::to_string(number)},
          {"is_local", false},
          {"album", {{"id", "L" + id.substr(1)}, {"name", "Album"}}},
          {"artists", json::array({{{"id", "R" + id.substr(1)}, {"name", "Artist"}}})}};
}

int64_t TimeMs(int64_t number) { return kFirstPlayMs + number * 1'000; }

}  // namespace

void Library::SetSavedTracks(int64_t count) {
  const std::lock_guard lock(mutex_);
  saved_ = count;
}

void Library::Play(int64_t count) {
  const std::lock_guard lock(mutex_);
  plays_ += count;
}

json Library::SavedTracks(const std::string& api_url, int64_t offset, int64_t limit) const {
  const std::lock_guard lock(mutex_);
  const auto link = [&](int64_t at) {
    return api_url + "/me/tracks?offset=" + std::to_string(at) + "&limit=" + std::to_string(limit);
  };
  json items = json::array();
  for (int64_t i = offset; i < std::min(offset + limit, saved_); ++i) {
    const int64_t number = saved_ - 1 - i;
    items.push_back({{"added_at", FormatRfc3339(FromUnixMillis(TimeMs(number)))}, {"track", Track(number)}});
  }
  return {{"href", link(offset)}, {"items", items},
          {"limit", limit},       {"next", offset + limit < saved_ ? json(link(offset + limit)) : json()},
          {"offset", offset},     {"previous", nullptr},
          {"total", saved_}};
}

json Library::RecentlyPlayed(const std::string& api_url, std::optional<int64_t> after, int64_t limit) const {
  const std::lock_guard lock(mutex_);
  int64_t first = std::max<int64_t>(0, plays_ - kKeptPlays);
  int64_t end = plays_;
  if (after) {
    while (first < end && TimeMs(first) <= *after) ++first;
    end = std::min(end, first + limit);
  } else {
    first = std::max(first, end - limit);
  }
  json items = json::array();
  for (int64_t i = end - 1; i >= first; --i) {
    items.push_back(
        {{"track", Track(i)}, {"played_at", FormatRfc3339(FromUnixMillis(TimeMs(i)))}, {"context", nullptr}});
  }
  if (items.empty()) {
    return {{"items", items}, {"next", nullptr}, {"cursors", nullptr}, {"limit", limit}, {"href", api_url}};
  }
  const std::string newest = std::to_string(TimeMs(end - 1));
  return {
      {"items", items},
      {"next", api_url + "/me/player/recently-played?after=" + newest + "&limit=" + std::to_string(limit)},
      {"cursors", {{"after", newest}, {"before", std::to_string(TimeMs(first))}}},
      {"limit", limit},
      {"href", api_url + "/me/player/recently-played"}};
}

}  // namespace tarn::spotify_stand_in
