#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "common/duckdb/engine.h"
#include "common/result/result.h"
#include "common/sql_gate/allowed_functions.h"
#include "common/sql_gate/recent_checks.h"
#include "common/sql_gate/syntax_walk.h"

namespace tarn::sql_gate {

constexpr size_t kMaxSqlBytes = 1 << 20;

/// Whether text can be SQL at all. Errors: kTooLarge over 1 MiB; kInvalidArgument if it is not UTF-8 or has a NUL;
/// kUnprocessable for more ANDs and ORs than a parser takes in its stride.
Status CheckText(const std::string& sql);

/// Decides whether SQL from a stranger may run, before any engine with data sees it: parses it in an engine of its
/// own that has no files, then walks the syntax tree. Thread-safe. Not for static objects: it must go before main ends.
class Gate {
 public:
  /// `extensions`: functions of our own that translated SQL may call, and SQL of strangers may not.
  static Result<std::unique_ptr<Gate>> Open(std::span<const duckdb::ScalarFunction> extensions = {});

  /// Errors: kTooLarge over 1 MiB; kInvalidArgument if it is not UTF-8 or has a NUL; kUnprocessable with where() =
  /// "line L, column C" for a syntax error, more or less than one statement, anything but a query, and names,
  /// functions or complexity that are not allowed.
  Result<CheckedStatement> Check(const std::string& sql) { return Check(sql, functions_, recent_); }

  /// The same for what a dialect's translation wrote, which may also call the extensions.
  Result<CheckedStatement> CheckTranslated(const std::string& sql) {
    return Check(sql, translated_functions_, recent_translated_);
  }

 private:
  struct Parser;  // an engine and its idle connections

  Gate(std::shared_ptr<Parser> parser, AllowedFunctions functions, AllowedFunctions translated_functions)
      : parser_(std::move(parser)),
        functions_(std::move(functions)),
        translated_functions_(std::move(translated_functions)) {}

  Result<std::shared_ptr<Parser>> CurrentParser();
  Result<std::string> Serialize(const std::string& sql);
  Result<CheckedStatement> Check(const std::string& sql, const AllowedFunctions& functions, RecentChecks& recent);
  Result<CheckedStatement> ParseAndWalk(const std::string& sql, const AllowedFunctions& functions);

  std::mutex parser_mutex_;
  std::shared_ptr<Parser> parser_;  // replaced when it broke
  const AllowedFunctions functions_, translated_functions_;
  RecentChecks recent_, recent_translated_;
  std::mutex large_;  // held while a large statement is parsed: its tree takes a hundred times its size
};

}  // namespace tarn::sql_gate
