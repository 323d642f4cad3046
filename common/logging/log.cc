#include "common/logging/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "common/time/time.h"
#include "common/tracing/trace_context.h"

namespace tarn::log {
namespace {

struct State {
  std::string service = "tarn";
  Format format = Format::kText;
  std::shared_ptr<spdlog::logger> logger = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto logger = std::make_shared<spdlog::logger>("tarn", std::move(sink));
    logger->set_pattern("%v");
    logger->flush_on(spdlog::level::trace);
    return logger;
  }();
};

State& Global() {
  static State state;
  return state;
}

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

const char* LevelName(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
  }
  return "info";
}

std::string AsJson(Level level, std::string_view message, Fields fields) {
  nlohmann::ordered_json line;
  line["time"] = FormatRfc3339(Now());
  line["level"] = LevelName(level);
  line["service"] = Global().service;
  line["message"] = message;
  if (const auto& trace = TraceContext::Current(); !trace.empty()) line["trace_id"] = trace.trace_id;
  for (const Field& field : fields) {
    std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
  }
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Strings go through JSON so that no value can forge a second line.
std::string AsText(Level level, std::string_view message, Fields fields) {
  std::string line = FormatRfc3339(Now()) + ' ' + LevelName(level) + ' ' + Global().service + ": ";
  const std::string quoted =
      nlohmann::json(message).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  line += std::string_view(quoted).substr(1, quoted.size() - 2);
  for (const Field& field : fields) {
    line.append(" ").append(field.name).append("=");
    line += std::visit(
        [](const auto& value) {
          return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        },
        field.value);
  }
  if (const auto& trace = TraceContext::Current(); !trace.empty()) line += " trace_id=" + trace.trace_id;
  return line;
}

}  // namespace

Field::Field(std::string_view field_name, const Error& error) : name(field_name) {
  std::string text = std::string(CodeName(error.code())) + ": " + error.message();
  if (!error.where().empty()) text += " (" + error.where() + ")";
  value = std::move(text);
}

std::string Render(Format format, Level level, std::string_view message, Fields fields) {
  return format == Format::kJson ? AsJson(level, message, fields) : AsText(level, message, fields);
}

void Write(Level level, std::string_view message, Fields fields) {
  State& state = Global();
  if (!state.logger->should_log(ToSpdlog(level))) return;
  state.logger->log(ToSpdlog(level), spdlog::string_view_t(Render(state.format, level, message, fields)));
}

void Configure(std::string service, Level level, Format format) {
  State& state = Global();
  state.service = std::move(service);
  state.format = format;
  state.logger->set_level(ToSpdlog(level));
}

Result<Level> ParseLevel(std::string_view text) {
  for (const Level level : {Level::kDebug, Level::kInfo, Level::kWarn, Level::kError}) {
    if (text == LevelName(level)) return level;
  }
  return Error(Code::kInvalidArgument,
               "a log level is debug, info, warn or error, not: " + std::string(text));
}

Result<Format> ParseFormat(std::string_view text) {
  if (text == "json") return Format::kJson;
  if (text == "text") return Format::kText;
  return Error(Code::kInvalidArgument, "a log format is json or text, not: " + std::string(text));
}

}  // namespace tarn::log
