#include <algorithm>

#include "services/extract/sources/spotify/collection.h"
#include "services/extract/sources/spotify/paging.h"

namespace tarn::extract::spotify {
namespace {

class SavedTracks : public Collection {
 public:
  SavedTracks(const Options& options, Api& api) : options_(options), api_(api) {}

  std::string stream() const override { return "saved_tracks"; }
  std::string what() const override { return "the saved tracks"; }
  std::string state_name() const override { return "newest.json"; }
  std::string StatePath() const override { return PagePath(1, 0); }

  std::string PagePath(int64_t limit, int64_t offset) const override {
    return "/me/tracks?limit=" + std::to_string(std::min(limit, kMaxLimit)) +
           "&offset=" + std::to_string(offset) +
           (options_.market.empty() ? "" : "&market=" + options_.market);
  }

  Result<std::string> FetchState() override { return FetchPage(1, 0); }

  // The newest entry stands first: whatever is added or taken away changes it or their number.
  Result<std::string> VersionIn(const std::string& state) const override {
    json::PullReader in(state);
    std::string added_at, id;
    const Paging paging = ReadPaging(in, [&] { ReadEntry(in, added_at, id); });
    TARN_TRY(in.Finish());
    return paging.total ? std::to_string(*paging.total) + " " + added_at + " " + id : std::string();
  }

  Result<std::string> FetchPage(int64_t limit, int64_t offset) override {
    TARN_ASSIGN(Api::Answer answer, api_.Get(PagePath(limit, offset)));
    if (answer.status == 200) return std::move(answer.body);
    return Error(
        Code::kPermissionDenied,
        "Spotify does not give this application the user's saved tracks; the refresh_token needs the scope "
        "user-library-read" +
            SaidBySpotify(answer.body));
  }

 private:
  static constexpr int64_t kMaxLimit = 50;

  static void ReadEntry(json::PullReader& in, std::string& added_at, std::string& id) {
    if (!in.AtObject()) return in.Skip();
    in.Object([&](std::string_view name) {
      if (name == "added_at") {
        added_at = in.String().value_or("");
      } else if ((name == "track" || name == "item") && in.AtObject()) {
        in.Object([&](std::string_view member) {
          if (member == "id") {
            id = in.String().value_or("");
          } else {
            in.Skip();
          }
        });
      } else {
        in.Skip();
      }
    });
  }

  const Options& options_;
  Api& api_;
};

}  // namespace

std::unique_ptr<Collection> MakeSavedTracks(const Options& options, Api& api) {
  return std::make_unique<SavedTracks>(options, api);
}

}  // namespace tarn::extract::spotify
