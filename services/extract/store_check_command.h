#pragma once

#include <filesystem>
#include <iosfwd>

namespace tarn::extract {

struct StoreCheckOptions {
  bool check = false;   ///< --check-store
  bool repair = false;  ///< --repair: with it
  bool quick = false;   ///< --quick: sizes only, no hashes
};

/// Runs `tarn-extract --check-store`: one line per difference and a summary on `out`, progress on `progress`. Returns the
/// exit code: 0 if nothing differs (any more), 1 if differences are left, 2 if the store could not be checked.
int CheckStoreCommand(const std::filesystem::path& lake, const StoreCheckOptions& options, std::ostream& out,
                      std::ostream& progress);

}  // namespace tarn::extract
