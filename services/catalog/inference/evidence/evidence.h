#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tarn::inference {

/// Another answer that was considered.
struct Alternative {
  std::string value;
  double score = 0;
  std::string reason;
};

/// One thing that was decided, and what else it could have been.
struct Decision {
  std::string name;  ///< "encoding", "dialect", "header" ...
  std::string chosen;
  double confidence = 0;  ///< 0 to 1
  std::vector<Alternative> alternatives;
  std::string reason;
};

/// Where something stands in a file.
struct Place {
  std::string object;        ///< the key or name of the file; empty if there is only one
  int64_t line = 0;          ///< from 1; 0 where it is not known, as in the middle of a sampled file
  uint64_t byte_offset = 0;  ///< from 0, in the unpacked file
};

/// Why a type was given up: the first value that is none.
struct RuledOut {
  std::string type;
  std::string value;  ///< cut to 100 bytes
  Place place;
};

struct ColumnEvidence {
  std::string name;
  std::string type;
  std::string format;  ///< strptime's, for dates that are not ISO 8601
  double confidence = 0;
  int64_t values = 0;  ///< looked at, without the empty ones
  int64_t empty = 0;
  std::vector<std::string> types_tried;
  std::vector<RuledOut> ruled_out;
  std::string note;  ///< what the values look like besides their type
};

/// Which part of a file was looked at.
struct SampleReport {
  bool complete = true;
  uint64_t file_bytes = 0;
  uint64_t read_bytes = 0;
  std::vector<std::pair<uint64_t, uint64_t>> ranges;  ///< offset and length, in the unpacked file
  std::string compression = "none";
};

/// Why the answer about one file is what it is.
struct Evidence {
  std::string object;
  SampleReport sample;
  std::vector<Decision> decisions;
  std::vector<ColumnEvidence> columns;
  std::vector<std::string> notes;
};

/// Cuts a value for showing, without tearing a character.
std::string Shorten(std::string_view value, size_t bytes = 100);

}  // namespace tarn::inference
