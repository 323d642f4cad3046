#pragma once

#include <cstdint>
#include <string>

#include "tests/support/fault_fs/recorder.h"

namespace tarn::fault_fs {

/// One thread's turn in the layer, for the length of a call that may change files. Not `active()` before Start, and when
/// the layer's own work calls such a function: the call goes straight to the kernel then.
class Turn {
 public:
  Turn();
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  bool active() const { return active_; }
  Recorder& recorder() const;
  /// True for a path (without symbolic links) whose changes count.
  bool Watches(std::string_view path) const;
  /// Passes a point: kills the process if its time has come. Returns 0, or the errno that the call shall fail with.
  int Pass(const char* call, const std::string& path) const;
  /// True if the process is to die at the next point.
  bool DiesNext() const;

 private:
  bool active_;
};

/// True if syncs are to do nothing in this process.
bool SkipsSyncs();

/// Ends the program: it does what the layer has no model for.
[[noreturn]] void NotModelled(const char* call, const std::string& path);

}  // namespace tarn::fault_fs
