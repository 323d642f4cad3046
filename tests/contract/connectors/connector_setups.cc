#include "tests/contract/connectors/connector_setups.h"

#include <algorithm>
#include <stdexcept>

#include "tests/support/spotify_stand_in/stand_in.h"
#include "tests/unit/services/extract/sources/files/file_server.h"

namespace tarn::extract {
namespace {

constexpr const char* kTopSongs = "37i9dQZEVXbMDoHDwVN2tF";
constexpr const char* kOddities = "TarnOddities0000000001";
constexpr const char* kEmpty = "TarnEmpty0000000000001";

class SpotifyUnderTest : public SourceUnderTest {
 public:
  SpotifyUnderTest() {
    spotify_stand_in::Options options;
    options.data = TARN_STAND_IN_DATA;
    // The first request for a playlist finds the newer endpoint, so that none is spent on looking for it.
    options.shape = spotify_stand_in::Shape::kItems;
    options.generated = {{.id = kEmpty, .entries = 0}};
    options.tokens.client_id = "a-client-id";
    options.tokens.client_secret = "a-client-secret";
    auto started = spotify_stand_in::StandIn::Start(options);
    if (!started.ok()) throw std::runtime_error(started.error().message());
    stand_in_ = *std::move(started);
  }

  nlohmann::json Options() const override { return Reading({kTopSongs, kOddities}); }
  nlohmann::json EmptyOptions() const override { return Reading({kEmpty}); }
  std::vector<std::string> Secrets() const override { return {"a-client-id", "a-client-secret"}; }

  int64_t Requests() const override {
    const auto requests = stand_in_->requests();
    return std::count_if(requests.begin(), requests.end(),
                         [](const std::string& target) { return target[1] == 'v'; });
  }
  void Stall() override {
    stand_in_->faults().Add({.path_contains = "/v1/", .count = -1, .delay = std::chrono::minutes(5)});
  }
  void GoDown() override { stand_in_->faults().Add({.path_contains = "/v1/", .count = -1, .status = 503}); }

 private:
  nlohmann::json Reading(const std::vector<std::string>& playlists) const {
    return {{"base_url", stand_in_->api_url()}, {"token_url", stand_in_->token_url()},
            {"client_id", "a-client-id"},       {"client_secret", "a-client-secret"},
            {"playlists", playlists},           {"page_size", 30}};
  }

  std::unique_ptr<spotify_stand_in::StandIn> stand_in_;
};

/// Pages of JSON, linked by page number, and files: both from one server.
class FileServerUnderTest : public SourceUnderTest {
 public:
  int64_t Requests() const override { return static_cast<int64_t>(server_.heads().size()); }
  void Stall() override {
    for (const auto& [path, content] : contents_) {
      server_.Set(path, {.content = content, .stalls = true});
    }
  }
  void GoDown() override {
    for (const auto& [path, content] : contents_) server_.Set(path, {.content = "down", .status = 503});
  }

 protected:
  void Serve(const std::string& path, const std::string& content) {
    contents_[path] = content;
    server_.Set(path, {.content = content, .etag = "\"1\""});
  }
  std::string Url(const std::string& path) const { return server_.Url(path); }

 private:
  files::FileServer server_;
  std::map<std::string, std::string> contents_;
};

class RestUnderTest : public FileServerUnderTest {
 public:
  RestUnderTest() {
    for (int page = 1; page <= 4; ++page) {
      nlohmann::json items = nlohmann::json::array();
      for (int i = 0; i < 3 && page < 4; ++i) items.push_back({{"id", page * 3 + i}});
      Serve("/things?page=" + std::to_string(page), nlohmann::json{{"items", items}}.dump());
      Serve("/others?page=" + std::to_string(page), nlohmann::json{{"items", items}}.dump());
    }
    Serve("/nothing?page=1", R"({"items": []})");
  }
  nlohmann::json Options() const override { return Reading({"things", "others"}); }
  nlohmann::json EmptyOptions() const override { return Reading({"nothing"}); }
  std::vector<std::string> Secrets() const override { return {"a-bearer-token", "a-header-value"}; }

 private:
  nlohmann::json Reading(const std::vector<std::string>& names) const {
    auto streams = nlohmann::json::array();
    for (const std::string& name : names)
      streams.push_back({{"name", name}, {"path", "/" + name}, {"records", "items"}});
    return {{"base_url", Url("")},
            {"auth", {{"type", "bearer"}, {"token", "a-bearer-token"}}},
            {"headers", {{"X-Api-Key", "a-header-value"}}},
            {"paginator", {{"type", "page"}}},
            {"streams", streams}};
  }
};

class FilesUnderTest : public FileServerUnderTest {
 public:
  FilesUnderTest() {
    for (const char* name : {"a", "b", "c", "d"}) {
      Serve(std::string("/") + name + ".csv?sig=a-signature", std::string("name,number\n") + name + ",1\n");
    }
    Serve("/index?sig=a-signature", "# nothing yet\n");
  }
  nlohmann::json Options() const override {
    auto urls = nlohmann::json::array();
    for (const char* name : {"a", "b", "c", "d"})
      urls.push_back(Url(std::string("/") + name + ".csv?sig=a-signature"));
    return {{"urls", urls},
            {"headers", {{"Authorization", "Bearer a-bearer-token"}}},
            {"format", "csv"},
            {"connections", 1}};
  }
  nlohmann::json EmptyOptions() const override {
    return {{"index_url", Url("/index?sig=a-signature")},
            {"headers", {{"Authorization", "Bearer a-bearer-token"}}}};
  }
  std::vector<std::string> Secrets() const override { return {"a-signature", "a-bearer-token"}; }
};

template <class Source>
ConnectorSetup Setup(const std::string& connector) {
  return {connector, [] { return std::make_unique<Source>(); }};
}

}  // namespace

std::vector<ConnectorSetup> ConnectorSetups() {
  return {
      Setup<FilesUnderTest>("files"),
      Setup<RestUnderTest>("rest"),
      Setup<SpotifyUnderTest>("spotify"),
  };
}

}  // namespace tarn::extract
