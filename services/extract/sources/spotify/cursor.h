#pragma once

#include <map>
#include <optional>
#include <string>

#include "services/extract/sources/connector.h"
#include "services/extract/sources/spotify/options.h"

namespace tarn::extract::spotify {

/// How far the source has been read: the cursor. It takes effect with the run's success.
class Cursor {
 public:
  /// Reads the cursor; one that cannot be read is as good as none. Errors: those of SavedState.
  static Result<Cursor> Load(SavedState& state, const Options& options);

  /// The version that the last successful run read of it, as the options have it now; empty if none.
  std::string VersionOf(const std::string& stream) const;
  void SetVersion(const std::string& stream, const std::string& version);

  std::optional<int64_t> recently_played_after;  ///< in ms since 1970

  void StageIn(SavedState& state) const;

 private:
  struct Seen {
    std::string version;
    std::string read_as;
  };
  std::string read_as_;  // the options that change what is read
  std::map<std::string, Seen> seen_;
};

}  // namespace tarn::extract::spotify
