#include "tests/contract/connectors/connector_setups.h"

#include <algorithm>

#include "tests/unit/services/extract/lab.h"

namespace tarn::extract {
namespace {

class SpotifyUnderTest : public SourceUnderTest {
 public:
  nlohmann::json Options() const override {
    return {
        {"base_url", stand_in_->api_url()}, {"token_url", stand_in_->token_url()}, {"client_id", "stand-in"},
        {"client_secret", "stand-in"},      {"playlists", {kTopSongs, kOddities}}, {"page_size", 30}};
  }
  int64_t Requests() const override {
    const auto requests = stand_in_->requests();
    return std::count_if(requests.begin(), requests.end(),
                         [](const std::string& target) { return target[1] == 'v'; });
  }
  void Stall() override {
    stand_in_->faults().Add({.path_contains = "/v1/", .count = -1, .delay = std::chrono::minutes(5)});
  }

 private:
  // The first request for a playlist finds the newer endpoint, so that none is spent on looking for it.
  std::unique_ptr<spotify_stand_in::StandIn> stand_in_ =
      StartStandIn({.shape = spotify_stand_in::Shape::kItems});
};

}  // namespace

std::vector<ConnectorSetup> ConnectorSetups() {
  return {
      {"spotify", [] { return std::make_unique<SpotifyUnderTest>(); }},
  };
}

}  // namespace tarn::extract
