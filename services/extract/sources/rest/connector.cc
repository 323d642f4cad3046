#include "services/extract/sources/rest/connector.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/extract/sources/rest/options.h"
#include "services/extract/sources/rest/stream_runner.h"

namespace tarn::extract::rest {
namespace {

class RestConnector : public Connector {
 public:
  explicit RestConnector(Options options) : options_(std::move(options)) {}

  bool TakesWindow() const override {
    return std::any_of(options_.streams.begin(), options_.streams.end(),
                       [](const StreamOptions& stream) { return stream.enabled && stream.takes_window; });
  }

  Result<RunOutcome> Run(RunContext& context) override {
    RunOutcome outcome;
    TARN_ASSIGN(const std::string saved, context.state.LoadCursor());
    SavedCursors cursors(saved);
    RunFrame frame(options_, context, saved);
    TARN_ASSIGN(const bool stored_since, frame.stored_since.ByAnother());
    if (stored_since) cursors.ForgetValidators();
    const std::vector<bool> chosen = Chosen(context.window.has_value());
    const auto count = static_cast<double>(std::count(chosen.begin(), chosen.end(), true));
    std::vector<StreamResult> results(options_.streams.size());
    double done = 0;
    for (size_t i = 0; i < options_.streams.size(); ++i) {
      if (!chosen[i]) continue;
      const StreamOptions& stream = options_.streams[i];
      const StreamResult* parent = stream.parent ? &results[stream.parent->stream] : nullptr;
      StreamRunner runner(frame, stream, parent, FieldsForChildren(i, chosen), cursors, outcome);
      const auto on_page = [&](double fraction) { context.progress.Advance((done + fraction) / count); };
      TARN_ASSIGN(results[i], runner.Run(on_page));
      context.progress.Advance(++done / count);
    }
    outcome.unchanged = !outcome.anything_stored && outcome.problems.empty();
    if ((HasCursor() || cursors.HasValidators()) && !context.window) {
      KeepCursorsOfParents(results, cursors);
      // What is stored is what is known from here on.
      TARN_ASSIGN(const bool noted, frame.stored_since.ByAnyone());
      if (noted) cursors.Renew(FormatRfc3339(context.created_at));
      context.state.StageCursor(cursors.Text());
    }
    return outcome;
  }

 private:
  /// The streams to read: in a run for a window, those that take it, and their parents.
  std::vector<bool> Chosen(bool for_window) const {
    std::vector<bool> chosen(options_.streams.size());
    for (size_t i = options_.streams.size(); i-- > 0;) {
      const StreamOptions& stream = options_.streams[i];
      if (stream.enabled && (!for_window || stream.takes_window)) chosen[i] = true;
      if (chosen[i] && stream.parent) chosen[stream.parent->stream] = true;
    }
    return chosen;
  }

  /// The next run sees only the news of a stream, so its cursor waits until all of its children have been
  /// read.
  void KeepCursorsOfParents(const std::vector<StreamResult>& results, SavedCursors& cursors) const {
    std::vector<bool> whole(results.size());
    for (size_t i = 0; i < results.size(); ++i) whole[i] = results[i].complete;
    for (size_t i = results.size(); i-- > 0;) {
      const auto& parent = options_.streams[i].parent;
      if (!whole[i]) cursors.Undo(options_.streams[i].name);
      if (!whole[i] && parent) whole[parent->stream] = false;
    }
  }

  /// What the chosen children of a stream need of each of its records.
  std::vector<JsonPath> FieldsForChildren(size_t index, const std::vector<bool>& chosen) const {
    std::vector<JsonPath> fields;
    for (size_t i = index + 1; i < options_.streams.size(); ++i) {
      const auto& parent = options_.streams[i].parent;
      if (!chosen[i] || !parent || parent->stream != index) continue;
      for (const JsonPath& path : parent->fields) {
        if (std::find(fields.begin(), fields.end(), path) == fields.end()) fields.push_back(path);
      }
    }
    return fields;
  }

  bool HasCursor() const {
    return std::any_of(options_.streams.begin(), options_.streams.end(),
                       [](const StreamOptions& stream) { return stream.incremental.has_value(); });
  }

  const Options options_;
};

Result<std::unique_ptr<Connector>> Make(const nlohmann::json& json_options) {
  TARN_ASSIGN(Options options, ParseOptions(json_options));
  return std::unique_ptr<Connector>(std::make_unique<RestConnector>(std::move(options)));
}

}  // namespace

ConnectorType Type() {
  return {
      .name = "rest",
      .summary = "Any JSON API, described in YAML: authentication, pages, cursors, children, partitions",
      .make = Make,
      .options = OptionNames(),
      .secret_options = {"auth/token", "auth/username", "auth/password", "auth/key", "auth/client_id",
                         "auth/client_secret", "auth/refresh_token", "headers"},
      .run_options = {"connections", "conditional", "only"},
  };
}

}  // namespace tarn::extract::rest
