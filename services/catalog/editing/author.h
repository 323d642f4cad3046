#pragma once

#include <string>

#include "common/http/message.h"
#include "common/time/time.h"

namespace tarn::catalog {

/// Who changes something, and when.
struct Author {
  std::string name;  ///< as the header Tarn-User says; empty if it does not
  Timestamp time;
};

/// Errors: kInvalidArgument with where() = "header:Tarn-User" for a name over 200 bytes or not UTF-8.
Result<Author> AuthorOf(const http::Request& request);

}  // namespace tarn::catalog
