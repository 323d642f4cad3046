#include "services/extract/sources/source_endpoints.h"

#include <nlohmann/json.hpp>

#include "common/http/paging.h"
#include "common/ids/ulid.h"
#include "common/json/json.h"
#include "common/secrets/redactor.h"
#include "services/extract/runs/active_run.h"
#include "services/extract/runs/backfill.h"
#include "services/extract/sources/registry.h"

namespace tarn::extract {
namespace {

/// State of a source that exists in a request only.
class NoState : public SavedState {
 public:
  Result<std::string> LoadCursor() override { return std::string(); }
  void StageCursor(std::string) override {}
  Result<std::string> LoadNotes() override { return notes_; }
  Status SaveNotes(const std::string& notes) override {
    notes_ = notes;
    return Ok();
  }

 private:
  std::string notes_;
};

/// Takes `backfill` out of the body; what remains are options.
Result<std::optional<nlohmann::json>> TakeBackfill(nlohmann::json& body) {
  if (!body.is_object()) return Error(Code::kInvalidArgument, "expected an object").At("/");
  const auto found = body.find("backfill");
  if (found == body.end()) return std::optional<nlohmann::json>();
  std::optional<nlohmann::json> backfill(*found);
  body.erase(found);
  return backfill;
}

constexpr int kMaxLooks = 4;  // each holds a thread of the server for a while

/// The right to be one of kMaxLooks.
class LookPermit {
 public:
  explicit LookPermit(std::atomic<int>& looks) : looks_(looks), granted_(++looks <= kMaxLooks) {}
  ~LookPermit() { --looks_; }
  bool granted() const { return granted_; }

 private:
  std::atomic<int>& looks_;
  const bool granted_;
};

}  // namespace

Result<http::Response> SourceEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const http::PageRequest page, http::ParsePage(request));
  auto items = nlohmann::json::array();
  std::string last;
  for (const Source& source : parts_.sources.List()) {
    if (source.name <= page.after) continue;
    if (static_cast<int64_t>(items.size()) == page.limit) return http::PageResponse(std::move(items), last);
    items.push_back(ToJson(source));
    last = source.name;
  }
  return http::PageResponse(std::move(items), "");
}

Result<http::Response> SourceEndpoints::Get(http::Request& request) {
  TARN_ASSIGN(const Source source, parts_.sources.Get(request.PathParameter("name")));
  nlohmann::json answer = ToJson(source);
  TARN_ASSIGN(const std::string text, parts_.runs.LoadCursor(source.name));
  const auto cursor = json::Parse(text);
  answer["cursor"] = cursor.ok() ? *cursor : nlohmann::json();
  return http::Response::Json(200, answer);
}

Result<http::Response> SourceEndpoints::StartRun(http::Request& request) {
  TARN_ASSIGN(const Source source, parts_.sources.Get(request.PathParameter("name")));
  nlohmann::json overrides = nlohmann::json::object();
  if (!request.body.empty()) {
    TARN_ASSIGN(overrides, request.Json());
  }
  TARN_ASSIGN(const auto backfill, TakeBackfill(overrides));
  TARN_TRY(CheckOverrides(source, overrides));
  if (backfill) return StartBackfill(source, *backfill, overrides);
  TARN_ASSIGN(const Run run, parts_.runner.Start(source.name, "request", overrides));
  auto response = http::Response::Json(202, ToJson(run));
  response.headers.Set("Location", "/v1/runs/" + run.id);
  return response;
}

Result<http::Response> SourceEndpoints::StartBackfill(const Source& source, const nlohmann::json& json,
                                                      const nlohmann::json& overrides) {
  TARN_ASSIGN(const Backfill backfill, ParseBackfill(json, "/backfill"));
  const auto connector = MakeConnector(source, overrides);
  if (!connector.ok())
    return Error(Code::kUnprocessable, connector.error().message()).At(connector.error().where());
  if (!(*connector)->TakesWindow()) {
    return Error(Code::kUnprocessable,
                 "nothing in this source depends on a time, so there is no window to fill; "
                 "start a run without one")
        .At("/backfill");
  }
  TARN_ASSIGN(const auto runs, parts_.runner.Start(RunsOf(backfill, source.name, json::Dump(overrides))));
  auto items = nlohmann::json::array();
  for (const Run& run : runs) items.push_back(ToJson(run));
  auto response = http::Response::Json(202, {{"backfill_id", runs.front().backfill_id}, {"runs", items}});
  response.headers.Set("Location", "/v1/runs?backfill_id=" + runs.front().backfill_id);
  return response;
}

Result<http::Response> SourceEndpoints::Check(http::Request& request) {
  TARN_ASSIGN(const Source source, parts_.sources.Get(request.PathParameter("name")));
  const secrets::Redactor redactor = SecretsOf(source);
  const auto connector = MakeConnector(source, nlohmann::json::object());
  if (!connector.ok()) {
    Sample sample;
    sample.error = connector.error();
    return http::Response::Json(200, ToJson(sample));
  }
  StoredState state(parts_.runs, source.name, "", false);
  return Look(**connector, parts_.governors.Get(source.name, source.definition->limits), state, redactor,
              std::nullopt);
}

Result<http::Response> SourceEndpoints::Preview(http::Request& request) {
  TARN_ASSIGN(const nlohmann::json body, request.Json());
  TARN_ASSIGN(const SourceFile definition, ReadSourceDefinition(body));
  const ConnectorType* type = FindConnector(definition.connector);
  if (!type) {
    return Error(Code::kInvalidArgument, "there is no such connector: " + definition.connector)
        .At("/connector");
  }
  for (const std::string_view name : type->local_options) {
    if (definition.options.contains(name)) {
      return Error(Code::kInvalidArgument,
                   "a preview reads neither files of this machine nor another store; put the source "
                   "into a pipeline file and check that")
          .At("/options/" + std::string(name));
    }
  }
  // ${NAME} stays as it is: whoever may send a definition may not read the service's environment by it.
  TARN_ASSIGN(const auto connector, type->make(definition.options));
  NoState state;
  return Look(*connector, std::make_shared<SourceGovernor>(definition.limits), state,
              secrets::Redactor(SecretValues(*type, definition.options)),
              http_client::AddressPolicy::kLoopbackOrPublic);
}

Result<http::Response> SourceEndpoints::Look(Connector& connector, std::shared_ptr<SourceGovernor> governor,
                                             SavedState& state, const secrets::Redactor& redactor,
                                             std::optional<http_client::AddressPolicy> addresses) {
  const LookPermit permit(looks_);
  if (!permit.granted()) {
    return Error(Code::kResourceExhausted,
                 "as many sources as may be are being looked at; try again in some seconds");
  }
  SampleContext context{parts_.http, std::move(governor), state, parts_.scratch / ("look-" + NewUlid())};
  context.addresses = addresses;
  context.cancelled = parts_.stopping;
  Sample sample = TakeSample(connector, std::move(context));
  sample.first_record = redactor.Redact(sample.first_record);
  sample.excerpt = redactor.Redact(sample.excerpt);
  if (sample.error) {
    sample.error = Error(sample.error->code(), redactor.Redact(sample.error->message()))
                       .At(redactor.Redact(sample.error->where()));
  }
  return http::Response::Json(200, ToJson(sample));
}

Result<http::Response> SourceEndpoints::ResetCursor(http::Request& request) {
  TARN_ASSIGN(const Source source, parts_.sources.Get(request.PathParameter("name")));
  TARN_TRY(parts_.runs.ResetCursor(source.name));
  return http::Response::NoContent();
}

}  // namespace tarn::extract
