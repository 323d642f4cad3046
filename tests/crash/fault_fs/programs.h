#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace tarn::fault_fs {

/// A program that goes from value to value ("0", "1", ...), each of which it makes durable before it acknowledges it.
struct Program {
  std::string name;
  /// What was forgotten; empty if the program is right.
  std::string mistake;
  /// Makes value 0. Runs under the layer, before points count.
  std::function<void(const std::filesystem::path& root)> prepare;
  /// Goes from the last value to `value`.
  std::function<void(const std::filesystem::path& root, int value)> advance;
  /// The value that is there; something else if it is broken.
  std::function<std::string(const std::filesystem::path& root)> read;
};
inline std::ostream& operator<<(std::ostream& out, const Program& program) { return out << program.name; }

std::vector<Program> Programs();

/// Kills the program at each of its points and looks at what every kind of crash leaves. Returns the complaints, which
/// name the kind of crash, and the number of points.
struct Findings {
  std::vector<std::string> complaints;
  int64_t points = 0;
};
Findings CrashEverywhere(const Program& program);

}  // namespace tarn::fault_fs
