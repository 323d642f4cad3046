// For LD_PRELOAD, set up by the environment:
//   FAULT_FS_ROOT, FAULT_FS_SHADOW  as Start
//   FAULT_FS_KILL_AT                as KillAt; 0 if it is not set
//   FAULT_FS_POINTS                 a file that receives the number of points when the process exits
// A program that replaces itself by another (a wrapper script) begins anew with it; one that starts others beside itself
// is more than the layer can follow.
#include <cstdlib>
#include <fstream>

#include "tests/support/fault_fs/fault_fs.h"

namespace {

struct Preloaded {
  Preloaded() {
    const char *root = getenv("FAULT_FS_ROOT"), *shadow = getenv("FAULT_FS_SHADOW"), *at = getenv("FAULT_FS_KILL_AT");
    if (!root || !shadow) return;
    tarn::fault_fs::Start(root, shadow);
    tarn::fault_fs::KillAt(at ? atoll(at) : 0);
  }
  ~Preloaded() {
    if (const char* file = getenv("FAULT_FS_POINTS")) std::ofstream(file) << tarn::fault_fs::Points() << '\n';
  }
} preloaded;

}  // namespace
