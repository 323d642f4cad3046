#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/result/result.h"

namespace tarn::compression {

/// Compresses into one gzip member (RFC 1952) without time or name: the same content gives the same bytes.
std::string Gzip(std::string_view content);

/// The content of one or more gzip members. Errors: kUnprocessable for what is no gzip, is cut off or fails
/// its check; kTooLarge over `max_bytes`.
Result<std::string> Gunzip(std::string_view compressed, size_t max_bytes);

/// True for the first bytes of a gzip member.
bool IsGzip(std::string_view content);

}  // namespace tarn::compression
