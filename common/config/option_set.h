#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::config {

/// The options of one program. Each is bound to a variable that already holds its default. Values come from
/// flags (`--name value`, `--name=value`, a bare `--name` for a flag), then from the environment
/// (`TARN_<SERVICE>_<NAME>`, then `TARN_<NAME>`), then from a YAML file (`--config`, TARN_CONFIG) whose
/// top-level keys are option names and whose section `<service>:` holds those of one service only.
class OptionSet {
 public:
  /// `service` is "extract" for the program tarn-extract.
  OptionSet(std::string service, std::string summary);

  void Text(std::string name, std::string* target, std::string help);
  /// Accepts min <= value <= max.
  void Integer(std::string name, int64_t* target, int64_t min, int64_t max, std::string help);
  /// 0 to 65535.
  void Port(std::string name, uint16_t* target, std::string help);
  /// Bytes, with an optional unit: 512, 64KiB, 5MiB, 2GiB.
  void Size(std::string name, uint64_t* target, std::string help);
  /// A number with a unit: 250ms, 10s, 5m, 2h, 3d.
  void Duration(std::string name, std::chrono::milliseconds* target, std::string help);
  void Flag(std::string name, bool* target, std::string help);

  enum class Outcome {
    kRun,
    kHelp,     ///< --help was given: print Help() and exit 0
    kVersion,  ///< --version was given
  };

  using Environment = std::map<std::string, std::string>;

  /// Sets the variables. Errors: kInvalidArgument naming the unknown key or the wrong value and where it
  /// stands ("flag --x", "environment TARN_X", "file tarn.yaml").
  Result<Outcome> Load(const std::vector<std::string>& arguments, const Environment& environment);

  /// Every option with its default, its environment variable and its help, as printed for --help.
  std::string Help() const;

  /// The name of the program: "tarn-extract".
  std::string program() const { return "tarn-" + service_; }

  /// The environment of this process, TARN_* only.
  static Environment ProcessEnvironment();

 private:
  struct Option {
    std::string name;
    std::string kind;  // shown in --help: TEXT, NUMBER, SIZE, DURATION, or "" for a flag
    std::string default_text;
    std::string help;
    std::function<Status(const std::string&)> assign;
  };

  void Add(std::string name, std::string kind, std::string default_text, std::string help,
           std::function<Status(const std::string&)> assign);
  const Option* Find(std::string_view name) const;
  Status Assign(const std::string& name, const std::string& value, const std::string& where);
  Result<std::map<std::string, std::string>> FromArguments(const std::vector<std::string>& arguments) const;
  Result<std::map<std::string, std::string>> FromEnvironment(const Environment& environment) const;
  Status LoadFile(const std::string& path, const std::map<std::string, std::string>& already_set);

  std::string service_, summary_, config_path_;
  std::vector<Option> options_;
};

/// Parses "64KiB" and the like to bytes. Errors: kInvalidArgument.
Result<uint64_t> ParseSize(std::string_view text);

/// Parses "10s" and the like. Errors: kInvalidArgument.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

/// Render so that parsing gives the same value again: "64KiB", "10s".
std::string FormatSize(uint64_t bytes);
std::string FormatDuration(std::chrono::milliseconds duration);

}  // namespace tarn::config
