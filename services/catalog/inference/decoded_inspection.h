#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>

#include "common/decoding/decoding.h"
#include "services/catalog/inference/file_inspector.h"
#include "services/catalog/inference/text/text_sample.h"

namespace tarn::catalog {

/// What must be done to a text file before the engine reads it: nothing where it knows compression and
/// encoding. Errors: kUnprocessable for bytes that are not valid UTF-8 in text that is.
Result<decoding::Decoding> DecodingOf(const inference::TextSample& sample, const std::filesystem::path& file);

/// What makes plain UTF-8 of a text file, whether or not the engine could read it as it is.
decoding::Decoding WholeDecodingOf(const inference::TextSample& sample);

/// The same for a JSON file, from its first bytes (RFC 4627 section 3). Errors: kUnprocessable for damaged
/// content; those of File::Open.
Result<decoding::Decoding> JsonDecodingOf(const std::filesystem::path& file);

/// Inspects what a file holds once it is decoded, in a file beside it that is gone afterwards. The layout's
/// decoding is then `decoding`. Errors: those of DecodeFile and of `inspect`, but kUnavailable for a full
/// disk, which says nothing about the file; kUnprocessable for what `inspect` would have decoded again.
Result<Inspection> InspectDecoded(
    const std::filesystem::path& file, const decoding::Decoding& decoding, std::stop_token cancelled,
    const std::function<Result<Inspection>(const std::filesystem::path& decoded)>& inspect);

}  // namespace tarn::catalog
