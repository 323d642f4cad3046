#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/http/message.h"

namespace tarn::catalog {

/// What a request wants to be true before it changes anything (RFC 9110 section 13.1): If-Match with versions
/// as entity tags ("7"), and If-None-Match: *.
class Precondition {
 public:
  /// No condition.
  Precondition() = default;

  /// Errors: kInvalidArgument with where() = "header:..." for what is no list of entity tags, and for an
  /// If-None-Match other than "*".
  static Result<Precondition> Of(const http::Request& request);

  /// Checks it; `version` is 0 where nothing is. Errors: kPreconditionFailed.
  Status Check(int64_t version) const;

 private:
  bool has_match_ = false;
  bool match_any_ = false;
  bool must_be_new_ = false;
  std::vector<std::string> matches_;
};

/// The entity tag of a version: "\"7\"".
std::string EntityTag(int64_t version);

}  // namespace tarn::catalog
