#pragma once

#include "services/extract/s3/wire/s3_error.h"

namespace tarn::extract::s3 {

/// How S3 presents a code.
struct ErrorForm {
  int status;
  const char* name;
  const char* message;  ///< unless something better is known
};

ErrorForm FormOf(S3Code code);

}  // namespace tarn::extract::s3
