#include "services/transform/transforms/triggers_yaml.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/config/option_set.h"
#include "services/transform/transforms/definition_yaml.h"
#include "services/transform/transforms/yaml_json.h"

namespace tarn::transform {
namespace {

constexpr size_t kMaxUpstream = 50;

// A text becomes an object, so that a time zone can stand beside it; "1h" is the short form of {every: 1h}.
Result<nlohmann::json> ScheduleObject(const YAML::Node& node) {
  TARN_ASSIGN(auto value, YamlToJson(node));
  if (!value.is_string()) return value;
  const auto text = value.get<std::string>();
  if (config::ParseDuration(text).ok()) return nlohmann::json{{"every", text}};
  for (const char* kind : {"rate", "cron", "at"}) {
    if (text.starts_with(std::string(kind) + "(")) return nlohmann::json{{kind, text}};
  }
  return nlohmann::json{{"cron", text}};
}

void ReadSchedule(MappingReader& reader, Triggers& triggers) {
  const bool has_zone = reader.Has("time_zone");
  const std::string zone = reader.Text("time_zone", "UTC");
  const auto node = reader.Value("schedule");
  if (!node) {
    if (has_zone) reader.Fail("time_zone", "there is no schedule that it could be for");
    return;
  }
  auto value = ScheduleObject(*node);
  if (!value.ok()) return reader.Fail("schedule", value.error().message(), value.error().where());
  if (has_zone) {
    if (auto found = schedule::TimeZone::Find(zone); !found.ok())
      return reader.Fail("time_zone", found.error().message());
    if (value->is_object()) {
      if (value->contains("time_zone"))
        return reader.Fail("time_zone", "the schedule has a time zone already; leave one of them out");
      (*value)["time_zone"] = zone;
    }
  }
  auto schedule = schedule::Schedule::Parse(*value, "");
  if (!schedule.ok()) {
    // A pointer such as "/jitter": the member of the schedule.
    const std::string& pointer = schedule.error().where();
    const bool is_text = node->IsScalar() || pointer.empty();
    return reader.Fail("schedule", schedule.error().message(), is_text ? "" : pointer.substr(1));
  }
  triggers.schedule = *std::move(schedule);
}

}  // namespace

Result<Triggers> ReadTriggers(MappingReader& root, bool has_inputs) {
  Triggers triggers;
  triggers.events = has_inputs;
  const auto mapping = root.Mapping("triggers");
  if (mapping) {
    MappingReader reader(*mapping, "triggers");
    triggers.events = reader.Boolean("events", has_inputs);
    if (triggers.events && !has_inputs) reader.Fail("events", "without inputs there are no events");
    ReadSchedule(reader, triggers);
    triggers.upstream = reader.TextList("upstream");
    if (triggers.upstream.size() > kMaxUpstream) reader.Fail("upstream", "at most 50 transforms");
    for (const std::string& name : triggers.upstream) {
      if (std::count(triggers.upstream.begin(), triggers.upstream.end(), name) > 1)
        reader.Fail("upstream", "the transform " + name + " stands here twice");
    }
    TARN_TRY(reader.Finish());
  }
  if (!has_inputs && !triggers.schedule && triggers.upstream.empty())
    root.Fail("inputs", "there is no input; without one, triggers need a schedule or an upstream transform");
  return triggers;
}

}  // namespace tarn::transform
