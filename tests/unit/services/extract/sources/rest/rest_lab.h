#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/support/connector_context.h"
#include "tests/unit/common/http_client/raw_server.h"

namespace tarn::extract::rest {

/// A request as a test's API sees it.
struct Asked {
  std::string method;
  std::string path;                          ///< without the query
  std::map<std::string, std::string> query;  ///< decoded
  std::string head;                          ///< everything before the body
  std::string body;
  int number = 0;  ///< counts from 1

  std::string Query(const std::string& name) const;
  int64_t Number(const std::string& name, int64_t fallback) const;
  /// The value of a header; empty if there is none.
  std::string Header(const std::string& name) const;
};

/// What a test's API answers.
struct Reply {
  int status = 200;
  std::string body = "";
  std::string headers = "";  ///< lines that end in CRLF
};

Reply JsonReply(const nlohmann::json& body, const std::string& headers = "");

/// An API on loopback that records what it is asked.
class TestApi {
 public:
  explicit TestApi(std::function<Reply(const Asked&)> answer);

  std::string Url(const std::string& path = "") const { return server_->Url(path); }
  /// "GET /path?query" of every request so far.
  std::vector<std::string> asked() const;
  int64_t requests() const { return static_cast<int64_t>(asked().size()); }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  std::function<Reply(const Asked&)> answer_;
  std::unique_ptr<RawServer> server_;
};

/// Makes the connector of `options:` in YAML; "{api}" stands for the API's URL.
Result<std::unique_ptr<Connector>> MakeRest(const std::string& yaml,
                                            const std::string& api_url = "http://127.0.0.1:1");
/// As MakeRest, from a whole source.yaml in data/.
std::unique_ptr<Connector> FromFile(const std::string& name, const std::string& api_url);

/// Runs the connector of `yaml` once, in a lab of its own or in `lab`.
Result<RunOutcome> RunRest(ConnectorLab& lab, const std::string& yaml, const TestApi& api);

/// The `id` of every record in the pages of one stream ("issues"), in the order of the pages. `member` is
/// where a page has its records; empty: the page is the array.
std::vector<int64_t> Ids(const MemoryPages& pages, const std::string& stream, const std::string& member = "");

/// [first, first + count)
std::vector<int64_t> Range(int64_t first, int64_t count);

/// Records {"id": <id>} for a range.
nlohmann::json Records(int64_t first, int64_t count);

}  // namespace tarn::extract::rest
