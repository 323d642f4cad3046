#include "tests/support/openapi_check.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace tarn {
namespace {

using nlohmann::json;
using Names = std::set<std::string>;

// What both sides say about one operation.
struct Operation {
  Names path_parameters, query_parameters, content_types;
};
using Operations = std::map<std::string, Operation>;  // by "GET /v1/runs/{id}"

// OpenAPI has no notation for a parameter of several segments: {key...} is {key} there.
std::string OpenApiPath(std::string pattern) {
  for (size_t dots; (dots = pattern.find("...}")) != std::string::npos;) pattern.erase(dots, 3);
  return pattern;
}

Names ParametersIn(const std::string& path) {
  Names names;
  for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1)) {
    names.insert(path.substr(open + 1, path.find('}', open) - open - 1));
  }
  return names;
}

Operations FromRouter(const http::Router& router) {
  Operations operations;
  for (const auto& route : router.routes()) {
    const std::string path = OpenApiPath(route.pattern);
    Operation& operation = operations[std::string(http::MethodName(route.method)) + ' ' + path];
    operation.path_parameters = ParametersIn(path);
    operation.query_parameters.insert(route.options.query_parameters.begin(),
                                      route.options.query_parameters.end());
    if (route.options.body == http::BodyMode::kNone) continue;
    operation.content_types.insert(route.options.content_types.begin(), route.options.content_types.end());
    if (operation.content_types.empty()) operation.content_types.insert("any");
  }
  return operations;
}

const json& Empty() {
  static const json empty = json::object();
  return empty;
}

// The member, or an empty object: a reference, so that loops over it do not outlive it.
const json& Member(const json& value, const char* name) {
  return value.is_object() && value.contains(name) ? value.at(name) : Empty();
}

class Document {
 public:
  explicit Document(std::string_view text) : root_(json::parse(text, nullptr, false)) {}

  Operations Read() {
    Operations operations;
    if (!root_.is_object()) {
      differences_.push_back("the document is not a JSON object");
      return operations;
    }
    if (!root_.value("openapi", "").starts_with("3.1")) differences_.push_back("\"openapi\" is not 3.1.x");
    CheckReferences(root_);
    for (const auto& [path, item] : Member(root_, "paths").items()) {
      for (const auto& [method, operation] : item.items()) {
        if (method == "parameters" || method == "summary" || method == "description") continue;
        std::string name = method;
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return std::toupper(c); });
        name += ' ' + path;
        operations[name] = ReadOperation(name, item, operation);
      }
    }
    return operations;
  }

  std::vector<std::string> TakeDifferences() { return std::move(differences_); }

 private:
  Operation ReadOperation(const std::string& name, const json& item, const json& operation) {
    Operation read;
    for (const json* owner : {&item, &operation}) {
      for (const json& reference : Member(*owner, "parameters")) {
        const json& parameter = Resolve(reference);
        const std::string in = parameter.value("in", "");
        if (in == "path") read.path_parameters.insert(parameter.value("name", ""));
        if (in == "query") read.query_parameters.insert(parameter.value("name", ""));
      }
    }
    for (const auto& [type, _] : Member(Resolve(Member(operation, "requestBody")), "content").items()) {
      read.content_types.insert(type == "*/*" ? "any" : type);
    }
    if (Member(operation, "responses").empty()) differences_.push_back(name + " documents no response");
    const std::string id = operation.value("operationId", "");
    if (id.empty() || !operation_ids_.insert(id).second) {
      differences_.push_back(name + " needs an operationId of its own, has '" + id + "'");
    }
    return read;
  }

  const json& Resolve(const json& value) const {
    if (!value.is_object() || !value.contains("$ref")) return value;
    const auto target = Target(value["$ref"]);
    return target ? *target : Empty();
  }

  const json* Target(const json& reference) const {
    const std::string text = reference.is_string() ? reference.get<std::string>() : "";
    if (!text.starts_with("#/")) return nullptr;
    const json::json_pointer pointer(text.substr(1));
    return root_.contains(pointer) ? &root_.at(pointer) : nullptr;
  }

  void CheckReferences(const json& value) {
    if (value.is_object() && value.contains("$ref") && value["$ref"].is_string() && !Target(value["$ref"])) {
      differences_.push_back("the reference " + value["$ref"].get<std::string>() + " leads nowhere");
    }
    if (!value.is_structured()) return;
    for (const json& child : value) CheckReferences(child);
  }

  json root_;
  std::set<std::string> operation_ids_;
  std::vector<std::string> differences_;
};

std::string Join(const Names& names) {
  std::string joined;
  for (const auto& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined.empty() ? "none" : joined;
}

void Compare(const std::string& what, const Names& served, const Names& documented,
             std::vector<std::string>& differences) {
  if (served != documented)
    differences.push_back(what + " served: " + Join(served) + "; documented: " + Join(documented));
}

}  // namespace

std::vector<std::string> OpenApiDifferences(const http::Router& router, std::string_view openapi) {
  const Operations served = FromRouter(router);
  Document document(openapi);
  const Operations documented = document.Read();
  std::vector<std::string> differences = document.TakeDifferences();
  for (const auto& [name, operation] : served) {
    const auto found = documented.find(name);
    if (found == documented.end()) {
      differences.push_back(name + " is served but not documented");
      continue;
    }
    Compare(name + ": path parameters", operation.path_parameters, found->second.path_parameters,
            differences);
    Compare(name + ": query parameters", operation.query_parameters, found->second.query_parameters,
            differences);
    Compare(name + ": media types of the body", operation.content_types, found->second.content_types,
            differences);
  }
  for (const auto& [name, _] : documented) {
    if (!served.contains(name)) differences.push_back(name + " is documented but not served");
  }
  return differences;
}

}  // namespace tarn
