#include "common/config/option_set.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>

extern char** environ;

namespace tarn::config {
namespace {

constexpr std::array<std::string_view, 4> kServices = {"extract", "transform", "catalog", "query"};

constexpr std::string_view kPrefix = "TARN_";

std::string ToVariable(std::string_view name) {
  std::string variable;
  for (const char c : name) variable += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return variable;
}

// Option names are written with dashes; configuration files may use underscores.
std::string ToOption(std::string_view key) {
  std::string name(key);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

Result<int64_t> ParseInteger(const std::string& text, int64_t min, int64_t max) {
  int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc() && end == text.data() + text.size() && number >= min && number <= max)
    return number;
  return Error(Code::kInvalidArgument, "expected a whole number from " + std::to_string(min) + " to " +
                                           std::to_string(max) + ", got: " + text);
}

Error Unknown(std::string_view key, const std::string& where) {
  return Error(Code::kInvalidArgument, "unknown option; --help lists the known ones: " + std::string(key))
      .At(where);
}

}  // namespace

OptionSet::OptionSet(std::string service, std::string summary)
    : service_(std::move(service)), summary_(std::move(summary)) {
  Text("config", &config_path_,
       "YAML file with option names as keys; a section named like the service holds its own");
}

void OptionSet::Add(std::string name, std::string kind, std::string default_text, std::string help,
                    std::function<Status(const std::string&)> assign) {
  options_.push_back(
      {std::move(name), std::move(kind), std::move(default_text), std::move(help), std::move(assign)});
}

void OptionSet::Text(std::string name, std::string* target, std::string help) {
  Add(std::move(name), "TEXT", *target, std::move(help), [target](const std::string& value) {
    *target = value;
    return Ok();
  });
}

void OptionSet::Integer(std::string name, int64_t* target, int64_t min, int64_t max, std::string help) {
  Add(std::move(name), "NUMBER", std::to_string(*target), std::move(help),
      [=](const std::string& value) -> Status {
        TARN_ASSIGN(*target, ParseInteger(value, min, max));
        return Ok();
      });
}

void OptionSet::Port(std::string name, uint16_t* target, std::string help) {
  Add(std::move(name), "NUMBER", std::to_string(*target), std::move(help),
      [=](const std::string& value) -> Status {
        TARN_ASSIGN(const int64_t port, ParseInteger(value, 0, 65'535));
        *target = static_cast<uint16_t>(port);
        return Ok();
      });
}

void OptionSet::Size(std::string name, uint64_t* target, std::string help) {
  Add(std::move(name), "SIZE", FormatSize(*target), std::move(help),
      [target](const std::string& value) -> Status {
        TARN_ASSIGN(*target, ParseSize(value));
        return Ok();
      });
}

void OptionSet::Duration(std::string name, std::chrono::milliseconds* target, std::string help) {
  Add(std::move(name), "DURATION", FormatDuration(*target), std::move(help),
      [target](const std::string& value) -> Status {
        TARN_ASSIGN(*target, ParseDuration(value));
        return Ok();
      });
}

void OptionSet::Flag(std::string name, bool* target, std::string help) {
  Add(std::move(name), "", *target ? "true" : "false", std::move(help),
      [target](const std::string& value) -> Status {
        if (value != "true" && value != "false")
          return Error(Code::kInvalidArgument, "expected true or false, got: " + value);
        *target = value == "true";
        return Ok();
      });
}

const OptionSet::Option* OptionSet::Find(std::string_view name) const {
  const auto found = std::find_if(options_.begin(), options_.end(),
                                  [&](const Option& option) { return option.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

Status OptionSet::Assign(const std::string& name, const std::string& value, const std::string& where) {
  if (Status assigned = Find(name)->assign(value); !assigned.ok()) {
    return Error(assigned.error().code(), name + ": " + assigned.error().message()).At(where);
  }
  return Ok();
}

Result<std::map<std::string, std::string>> OptionSet::FromArguments(
    const std::vector<std::string>& arguments) const {
  std::map<std::string, std::string> values;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with("--") || argument.size() == 2) return Unknown(argument, "command line");
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    const Option* option = Find(name);
    if (!option) return Unknown("--" + name, "flag --" + name);
    if (equals != std::string::npos) {
      values[name] = argument.substr(equals + 1);
    } else if (option->kind.empty()) {
      values[name] = "true";
    } else if (i + 1 < arguments.size()) {
      values[name] = arguments[++i];
    } else {
      return Error(Code::kInvalidArgument, "the flag needs a value: --" + name).At("flag --" + name);
    }
  }
  return values;
}

Result<std::map<std::string, std::string>> OptionSet::FromEnvironment(const Environment& environment) const {
  std::map<std::string, std::string> shared, own;
  const std::string own_prefix = std::string(kPrefix) + ToVariable(service_) + '_';
  for (const auto& [variable, value] : environment) {
    const bool others = std::any_of(kServices.begin(), kServices.end(), [&](std::string_view other) {
      return other != service_ && variable.starts_with(std::string(kPrefix) + ToVariable(other) + '_');
    });
    if (others || !variable.starts_with(kPrefix)) continue;
    const bool is_own = variable.starts_with(own_prefix);
    const std::string_view rest =
        std::string_view(variable).substr(is_own ? own_prefix.size() : kPrefix.size());
    const auto option = std::find_if(options_.begin(), options_.end(),
                                     [&](const Option& o) { return ToVariable(o.name) == rest; });
    if (option == options_.end()) return Unknown(variable, "environment " + variable);
    (is_own ? own : shared)[option->name] = value;
  }
  own.merge(shared);  // keeps what is there already
  return own;
}

Status OptionSet::LoadFile(const std::string& path, const std::map<std::string, std::string>& already_set) {
  std::map<std::string, std::string> shared, own;
  const auto read_section = [&](const YAML::Node& section, bool is_own) -> Status {
    for (const auto& entry : section) {
      const std::string key = entry.first.as<std::string>();
      const bool is_section =
          !is_own && std::find(kServices.begin(), kServices.end(), key) != kServices.end();
      if (is_section) continue;
      const std::string where = "file " + path + " line " + std::to_string(entry.first.Mark().line + 1);
      if (!Find(ToOption(key))) return Unknown(key, where);
      if (!entry.second.IsScalar())
        return Error(Code::kInvalidArgument, "expected one value for: " + key).At(where);
      (is_own ? own : shared)[ToOption(key)] = entry.second.as<std::string>();
    }
    return Ok();
  };
  try {
    const YAML::Node root = YAML::LoadFile(path);
    if (!root.IsMap())
      return Error(Code::kInvalidArgument, "expected `option: value` lines").At("file " + path);
    TARN_TRY(read_section(root, false));
    if (const YAML::Node section = root[service_]; section) {
      if (!section.IsMap())
        return Error(Code::kInvalidArgument, "expected a section of options: " + service_).At("file " + path);
      TARN_TRY(read_section(section, true));
    }
  } catch (const YAML::Exception& failure) {
    return Error(Code::kInvalidArgument, std::string("cannot read the configuration file: ") + failure.what())
        .At("file " + path);
  }
  own.merge(shared);
  for (const auto& [name, value] : own) {
    if (!already_set.contains(name)) TARN_TRY(Assign(name, value, "file " + path));
  }
  return Ok();
}

Result<OptionSet::Outcome> OptionSet::Load(const std::vector<std::string>& arguments,
                                           const Environment& environment) {
  for (const std::string& argument : arguments) {
    if (argument == "--help" || argument == "-h") return Outcome::kHelp;
    if (argument == "--version") return Outcome::kVersion;
  }
  TARN_ASSIGN(auto values, FromArguments(arguments));
  for (const auto& [name, value] : values) TARN_TRY(Assign(name, value, "flag --" + name));
  TARN_ASSIGN(const auto variables, FromEnvironment(environment));
  for (const auto& [name, value] : variables) {
    if (values.emplace(name, value).second) TARN_TRY(Assign(name, value, "environment"));
  }
  if (!config_path_.empty()) TARN_TRY(LoadFile(config_path_, values));
  return Outcome::kRun;
}

std::string OptionSet::Help() const {
  std::ostringstream out;
  out << "tarn-" << service_ << ": " << summary_ << "\n\nUsage: tarn-" << service_
      << " [--option value ...]\n\n"
      << "A value comes from its flag, else from TARN_" << ToVariable(service_)
      << "_<OPTION>, else from TARN_<OPTION>,\n"
      << "else from the file named by --config, else it is the default.\n\nOptions:\n";
  for (const Option& option : options_) {
    out << "  --" << option.name << (option.kind.empty() ? "" : " " + option.kind) << "\n      "
        << option.help << " (default: " << (option.default_text.empty() ? "none" : option.default_text)
        << ")\n";
  }
  out << "  --version\n      print the version and exit\n  --help\n      print this text and exit\n";
  return out.str();
}

OptionSet::Environment OptionSet::ProcessEnvironment() {
  Environment environment;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (text.starts_with(kPrefix) && equals != std::string_view::npos) {
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return environment;
}

}  // namespace tarn::config
