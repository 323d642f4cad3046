#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/query/functions/function_entry.h"

namespace tarn::query {

/// What a call's arguments make of a signature.
struct OverloadMatch {
  std::map<std::string, TrinoType> variables;
  int cost = 0;
};

/// The signature's parameter for argument `index`.
const TrinoType& ParameterAt(const Signature& signature, size_t index);

/// Binds the type variables of a parameter to what an argument has; false if they do not fit.
bool BindVariables(const TrinoType& parameter, const TrinoType& argument,
                   std::map<std::string, TrinoType>& variables);

/// A type with its variables replaced.
TrinoType Substitute(const TrinoType& type, const std::map<std::string, TrinoType>& variables);

/// Whether arguments fit a signature; those that are lambdas (kind kFunction) fit any function.
bool Matches(const Signature& signature, const std::vector<TrinoType>& arguments, OverloadMatch& match);

}  // namespace tarn::query
