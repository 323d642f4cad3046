#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "common/unpacking/codec.h"
#include "services/catalog/inference/evidence/evidence.h"
#include "services/catalog/inference/text/encoding.h"

namespace tarn::inference {

using unpacking::Codec;

/// How many bytes of a text file are looked at. A file up to their sum is read whole; of a larger one its
/// start, middle and end, or, where it must be unpacked to be read, its start alone.
struct SampleLimits {
  size_t head_bytes = 9'000'000;
  size_t middle_bytes = 3'000'000;
  size_t tail_bytes = 3'000'000;

  size_t Sum() const { return head_bytes + middle_bytes + tail_bytes; }
};

/// A stretch of text in UTF-8 that ends with a line. Only the first slice is sure to start with one.
struct Slice {
  std::string text;
  uint64_t offset = 0;  ///< of the text's first byte in the (unpacked) file, behind a byte order mark
  size_t cut_bytes = 0;  ///< the start of a line that was left out behind the text
};

struct TextSample {
  Codec codec = Codec::kNone;
  EncodingVerdict encoding;
  std::vector<Slice> slices;  ///< in the file's order, at least one
  bool complete = true;       ///< the slices are the whole file
  uint64_t file_bytes = 0;    ///< as it is stored
  uint64_t read_bytes = 0;    ///< of those

  /// The byte offset, in the unpacked file, of the byte `at` of slice `slice`.
  uint64_t FileOffset(size_t slice, size_t at) const;
  SampleReport Report() const;
};

/// Reads a sample of a text file, unpacked and converted to UTF-8. Errors: kUnprocessable for an empty file,
/// one that is no text, or damaged where it is read; kCancelled; those of File::Open.
Result<TextSample> SampleText(const std::filesystem::path& path, const SampleLimits& limits = {},
                              std::stop_token cancelled = {});

}  // namespace tarn::inference
