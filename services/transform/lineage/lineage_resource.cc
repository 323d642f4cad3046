#include "services/transform/lineage/lineage_resource.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "services/transform/lineage/transform_graph.h"

namespace tarn::transform {
namespace {

using nlohmann::json;
using object_store::ObjectVersion;

Result<int64_t> Number(const http::Request& request, const char* name, int64_t otherwise, int64_t max) {
  const auto text = request.Query(name);
  if (!text) return otherwise;
  int64_t value = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failure == std::errc() && end == text->data() + text->size() && value >= 1 && value <= max)
    return value;
  return Error(Code::kInvalidArgument,
               "expected a number from 1 to " + std::to_string(max) + ", got " + *text)
      .At(std::string("query:") + name);
}

struct Directions {
  bool up, down;
};

Result<Directions> ReadDirections(const http::Request& request) {
  const std::string direction = request.Query("direction").value_or("both");
  if (direction == "up") return Directions{true, false};
  if (direction == "down") return Directions{false, true};
  if (direction == "both") return Directions{true, true};
  return Error(Code::kInvalidArgument, "expected up, down or both, got " + direction).At("query:direction");
}

}  // namespace

Result<ObjectVersion> LineageResource::Find(const http::Request& request) {
  const std::string name = request.Query("object").value_or("");
  const size_t slash = name.find('/');
  if (slash == 0 || slash == std::string::npos || slash + 1 == name.size())
    return Error(Code::kInvalidArgument, "expected bucket/key, got \"" + name + "\"").At("query:object");
  ObjectVersion object{name.substr(0, slash), name.substr(slash + 1), request.Query("version").value_or("")};
  const auto current = store_.Head(object.bucket, object.key);
  if (!current.ok() && current.error().code() != Code::kNotFound) return current.error();
  if (current.ok() && (object.version.empty() || object.version == current->version)) {
    object.version = current->version;
    return object;
  }
  const Error unknown(Code::kNotFound, "there is no such object, and no run made or read it: " + name);
  if (object.version.empty()) {
    TARN_ASSIGN(const auto newest, lineage_.NewestVersion(object.bucket, object.key));
    if (!newest) return unknown;
    object.version = *newest;
    return object;
  }
  TARN_ASSIGN(const bool known, lineage_.Knows(object));
  if (!known) return unknown;
  return object;
}

Result<http::Response> LineageResource::Lineage(http::Request& request) {
  TARN_ASSIGN(const auto directions, ReadDirections(request));
  LineageBounds bounds;
  TARN_ASSIGN(bounds.depth, Number(request, "depth", bounds.depth, kMaxDepth));
  TARN_ASSIGN(bounds.nodes, Number(request, "limit", bounds.nodes, kMaxNodes));
  TARN_ASSIGN(const auto object, Find(request));
  LineageWalk walk(lineage_, bounds);
  if (directions.up) TARN_TRY(walk.Walk(object, LineageWalk::Direction::kUp));
  if (directions.down) TARN_TRY(walk.Walk(object, LineageWalk::Direction::kDown));
  const LineageGraph graph = walk.Take();
  json nodes = json::array(), edges = json::array();
  for (const LineageNode& node : graph.nodes) {
    TARN_ASSIGN(auto value, NodeJson(node));
    nodes.push_back(std::move(value));
  }
  for (const LineageEdge& edge : graph.edges)
    edges.push_back({{"from", edge.from}, {"to", edge.to}, {"kind", edge.kind}});
  return http::Response::Json(200, {{"object", graph.nodes.front().id},
                                    {"nodes", nodes},
                                    {"edges", edges},
                                    {"truncated", graph.truncated}});
}

Result<json> LineageResource::NodeJson(const LineageNode& node) {
  switch (node.kind) {
    case LineageNode::Kind::kObject:
      return ObjectJson(node);
    case LineageNode::Kind::kRun:
      return RunJson(node);
    case LineageNode::Kind::kTable:
      return json{
          {"id", node.id}, {"kind", "table"}, {"table", node.table.table}, {"version", node.table.snapshot}};
  }
  return json();
}

Result<json> LineageResource::ObjectJson(const LineageNode& node) {
  const ObjectVersion& object = node.object;
  const auto current = store_.Head(object.bucket, object.key);
  if (!current.ok() && current.error().code() != Code::kNotFound) return current.error();
  json value = {{"id", node.id},
                {"kind", "object"},
                {"bucket", object.bucket},
                {"key", object.key},
                {"version", object.version},
                {"current", current.ok() && current->version == object.version}};
  if (!node.made) return value;
  value["table"] = node.made->table;
  value["model"] = node.made->model;
  value["rows"] = node.made->rows ? json(*node.made->rows) : json();
  value["size_bytes"] = node.made->size_bytes;
  value["created_at"] = FormatRfc3339(node.made->created_at);
  return value;
}

Result<json> LineageResource::RunJson(const LineageNode& node) {
  json value = {{"id", node.id}, {"kind", "run"}, {"run_id", node.run_id}};
  TARN_ASSIGN(const auto run, lineage_.FindRun(node.run_id));
  if (!run) return value;
  value["transform"] = run->transform;
  value["state"] = run->state;
  value["trigger"] = run->trigger;
  value["finished_at"] = run->finished_at ? json(FormatRfc3339(*run->finished_at)) : json();
  value["definition"] = run->definition;
  TARN_ASSIGN(const auto files, texts_.Files(run->definition));
  value["texts"] = json::object();
  for (const auto& [file, hash] : files) value["texts"][file] = hash;
  return value;
}

Result<http::Response> LineageResource::Text(http::Request& request) {
  TARN_ASSIGN(const StoredText text, texts_.Get(request.PathParameter("hash")));
  return http::Response::Json(200, {{"hash", text.hash},
                                    {"file", text.file},
                                    {"transform", text.transform},
                                    {"text", text.text},
                                    {"first_run_at", FormatRfc3339(text.created_at)}});
}

Result<http::Response> LineageResource::Graph(http::Request& request) {
  TARN_ASSIGN(const auto transform, definitions_.Get(request.PathParameter("name")));
  if (!transform.definition)
    return Error(Code::kConflict, "the transform does not load: " + transform.load_error->message())
        .At(transform.load_error->where());
  const auto type = http::Negotiate(request.Header("Accept"), {"application/json", "text/plain"});
  if (type == 1u) return http::Response::Text(200, GraphMermaid(*transform.definition));
  return http::Response::Json(200, GraphJson(*transform.definition));
}

}  // namespace tarn::transform
