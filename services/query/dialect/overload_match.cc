#include "services/query/dialect/overload_match.h"

#include <algorithm>

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

constexpr const char* kAnyDecimal = "decimal(p,s)";

}  // namespace

const TrinoType& ParameterAt(const Signature& signature, size_t index) {
  return signature.parameters[std::min(index, signature.parameters.size() - 1)];
}

bool BindVariables(const TrinoType& parameter, const TrinoType& argument,
                   std::map<std::string, TrinoType>& variables) {
  if (parameter.kind == TypeKind::kVariable) {
    const auto [bound, added] = variables.emplace(parameter.name, argument);
    if (added) return true;
    TrinoType common;
    if (!CommonType(bound->second, argument, common)) return false;
    bound->second = std::move(common);
    return true;
  }
  if (parameter.kind == TypeKind::kFunction) return true;
  if (parameter.kind == TypeKind::kDecimal && parameter.precision < 0) {
    // decimal(p,s) is what the argument is.
    if (argument.kind == TypeKind::kDecimal)
      variables[kAnyDecimal] = argument;
    else
      variables.emplace(kAnyDecimal, MakeType(TypeKind::kDecimal, 1, 0));
    return true;
  }
  if (argument.kind == TypeKind::kUnknown) {
    // NULL fits all; what stands in it is not known either.
    for (const auto& child : parameter.children) {
      if (!BindVariables(child, argument, variables)) return false;
    }
    return true;
  }
  if (parameter.children.empty()) return true;
  if (parameter.kind != argument.kind || parameter.children.size() != argument.children.size()) return false;
  for (size_t i = 0; i < parameter.children.size(); ++i) {
    if (!BindVariables(parameter.children[i], argument.children[i], variables)) return false;
  }
  return true;
}

TrinoType Substitute(const TrinoType& type, const std::map<std::string, TrinoType>& variables) {
  if (type.kind == TypeKind::kDecimal && type.precision < 0) {
    const auto found = variables.find(kAnyDecimal);
    return found == variables.end() ? type : found->second;
  }
  if (type.kind == TypeKind::kVariable) {
    const auto found = variables.find(type.name);
    return found == variables.end() ? type : found->second;
  }
  TrinoType substituted = type;
  for (auto& child : substituted.children) child = Substitute(child, variables);
  return substituted;
}

bool Matches(const Signature& signature, const std::vector<TrinoType>& arguments, OverloadMatch& match) {
  const size_t count = signature.parameters.size();
  if (signature.variadic ? arguments.size() < count : arguments.size() != count) return false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const TrinoType& parameter = ParameterAt(signature, i);
    if ((arguments[i].kind == TypeKind::kFunction) != (parameter.kind == TypeKind::kFunction)) return false;
    if (!BindVariables(parameter, arguments[i], match.variables)) return false;
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const TrinoType parameter = Substitute(ParameterAt(signature, i), match.variables);
    if (parameter.kind == TypeKind::kFunction) continue;
    const int cost = CoercionCost(arguments[i], parameter);
    if (cost < 0) return false;
    match.cost += cost;
  }
  return true;
}

}  // namespace tarn::query
