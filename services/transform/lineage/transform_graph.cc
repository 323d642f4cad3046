#include "services/transform/lineage/transform_graph.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace tarn::transform {
namespace {

using nlohmann::json;

struct Node {
  std::string id, kind, name;
  json more = json::object();
};
struct Edge {
  std::string from, to;
  auto operator<=>(const Edge&) const = default;
};
struct Graph {
  std::vector<Node> nodes;
  std::set<Edge> edges;
};

std::string InputName(const Input& input) { return input.name.empty() ? "input" : input.name; }

std::string IdOf(const Definition& definition, const TemplateMark& mark) {
  switch (mark.kind) {
    case TemplateMark::Kind::kInput: {
      const Input* input = definition.FindInput(mark.argument);
      return input ? "input:" + InputName(*input) : "";
    }
    case TemplateMark::Kind::kRef:
      return "model:" + mark.argument;
    case TemplateMark::Kind::kTable:
      return "table:" + mark.argument;
    default:
      return "";
  }
}

Graph GraphOf(const Definition& definition) {
  Graph graph;
  std::set<std::string> tables;
  for (const Input& input : definition.inputs)
    graph.nodes.push_back(
        {"input:" + InputName(input),
         "input",
         InputName(input),
         {{"bucket", input.bucket}, {"prefix", input.prefix}, {"format", FormatName(input.format)}}});
  std::vector<Node> models, outputs;
  for (const Model& model : definition.models) {
    models.push_back(
        {"model:" + model.name, "model", model.name, {{"file", model.file}, {"hash", model.hash}}});
    for (const TemplateMark& mark : model.sql.Marks()) {
      const std::string from = IdOf(definition, mark);
      if (from.empty()) continue;
      graph.edges.insert({from, models.back().id});
      if (mark.kind == TemplateMark::Kind::kTable && tables.insert(mark.argument).second)
        graph.nodes.push_back({from, "table", mark.argument});
    }
  }
  for (const Output& output : definition.outputs) {
    outputs.push_back({"output:" + output.TableName(),
                       "output",
                       output.TableName(),
                       {{"mode", ModeName(output.mode)}, {"format", FormatName(output.format)}}});
    graph.edges.insert({"model:" + output.model, outputs.back().id});
  }
  graph.nodes.insert(graph.nodes.end(), models.begin(), models.end());
  graph.nodes.insert(graph.nodes.end(), outputs.begin(), outputs.end());
  return graph;
}

// Mermaid's identifiers take only plain characters; quotation marks in a label are an entity.
std::string Identifier(const std::string& id) {
  std::string plain;
  for (const char c : id) plain += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return plain;
}

std::string Label(const Node& node) {
  std::string text;
  for (const char c : node.name) text += c == '"' ? std::string("#quot;") : std::string(1, c);
  if (node.kind == "input") return "[/\"" + text + "\"/]";
  if (node.kind == "model") return "(\"" + text + "\")";
  return "[(\"" + text + "\")]";
}

}  // namespace

json GraphJson(const Definition& definition) {
  const Graph graph = GraphOf(definition);
  json nodes = json::array(), edges = json::array();
  for (const Node& node : graph.nodes) {
    json value = node.more;
    value["id"] = node.id;
    value["kind"] = node.kind;
    value["name"] = node.name;
    nodes.push_back(std::move(value));
  }
  for (const Edge& edge : graph.edges) edges.push_back({{"from", edge.from}, {"to", edge.to}});
  return {{"transform", definition.name}, {"nodes", nodes}, {"edges", edges}};
}

std::string GraphMermaid(const Definition& definition) {
  const Graph graph = GraphOf(definition);
  std::string text = "flowchart LR\n";
  for (const Node& node : graph.nodes) text += "  " + Identifier(node.id) + Label(node) + "\n";
  for (const Edge& edge : graph.edges)
    text += "  " + Identifier(edge.from) + " --> " + Identifier(edge.to) + "\n";
  return text;
}

json RunModelsJson(const RunReport& report) {
  json models = json::array();
  for (const ModelReport& model : report.models) {
    models.push_back({{"name", model.name},
                      {"depends_on", model.depends_on},
                      {"materialised", model.materialised},
                      {"rows", model.rows ? json(*model.rows) : json()},
                      {"bytes", model.bytes ? json(*model.bytes) : json()},
                      {"duration_ms", model.duration_ms},
                      {"hash", model.hash}});
  }
  return models;
}

}  // namespace tarn::transform
