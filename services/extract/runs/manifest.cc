#include "services/extract/runs/manifest.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::extract {
namespace {

constexpr int64_t kObjectsPerRead = 1'000;

std::string Entry(const RunObject& object) {
  nlohmann::json entry = {
      {"key", object.key}, {"records", object.records}, {"bytes", object.bytes}, {"etag", object.etag}};
  if (!object.request.empty()) entry["request"] = object.request;
  return json::Dump(entry);
}

Status WriteObjects(RunStore& runs, const std::string& run_id, const std::string& folder,
                    object_store::StagingWriter& writer) {
  std::string after;
  bool first = true;
  for (;;) {
    TARN_ASSIGN(const auto batch, runs.ListObjects(run_id, folder, after, kObjectsPerRead));
    std::string text;
    for (const RunObject& object : batch) {
      after = object.key;
      if (object.manifest) continue;
      text += (first ? "" : ",") + Entry(object);
      first = false;
    }
    TARN_TRY(writer.Write(text));
    if (static_cast<int64_t>(batch.size()) < kObjectsPerRead) return Ok();
  }
}

}  // namespace

// The members stand in the order of their names, as in every JSON text of ours.
Status WriteManifest(RunStore& runs, const ActiveRun& run, const std::string& folder,
                     object_store::StagingWriter& writer) {
  TARN_ASSIGN(const RunObjects::Sums sums, runs.SumObjects(run.id(), folder));
  const nlohmann::json counts = {{"pages", sums.objects}, {"records", sums.records}, {"bytes", sums.bytes}};
  TARN_TRY(writer.Write("{\"counts\":" + json::Dump(counts) +
                        ",\"created_at\":" + json::Dump(FormatRfc3339(run.created_at())) + ",\"objects\":["));
  TARN_TRY(WriteObjects(runs, run.id(), folder, writer));
  std::string end = "],\"run_id\":" + json::Dump(run.id()) + ",\"source\":" + json::Dump(run.source());
  if (const auto& window = run.window()) {
    end += ",\"window\":" +
           json::Dump({{"from", FormatRfc3339(window->from)}, {"to", FormatRfc3339(window->to)}});
  }
  return writer.Write(end + "}");
}

}  // namespace tarn::extract
