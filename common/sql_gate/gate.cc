#include "common/sql_gate/gate.h"

#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/text/lower_case.h"
#include "common/text/utf8.h"

namespace tarn::sql_gate {
namespace {

constexpr size_t kLargeSqlBytes = 32 << 10;
constexpr size_t kMaxTreeBytes = 16 << 20;
constexpr size_t kMaxTreeDepth = 3'000;
constexpr size_t kIdleConnections = 16;
// The parser takes quadratic time for a chain of them: this many take 0.2 s, a megabyte of them 16 s.
constexpr size_t kMaxConjunctions = 10'000;

constexpr const char* kAllowed =
    "allowed are queries: SELECT, WITH, FROM, VALUES, TABLE, DESCRIBE, SUMMARIZE, SHOW TABLES, SHOW DATABASES";

duckdb::InstanceOptions ParserOptions() {
  duckdb::InstanceOptions options;
  options.memory_limit_bytes = 512 << 20;
  options.threads = 1;
  options.counts_progress = false;
  return options;
}

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Counts AND and OR wherever they stand, comments and strings included: a bound needs no better.
size_t CountConjunctions(std::string_view sql) {
  size_t count = 0;
  for (size_t i = 0; i < sql.size();) {
    const size_t start = i;
    while (i < sql.size() && IsWordCharacter(sql[i])) ++i;
    const std::string_view word = sql.substr(start, i - start);
    if (word.size() == 2 || word.size() == 3) {
      const std::string lower = text::LowerCase(word);
      count += lower == "or" || lower == "and";
    }
    if (i == start) ++i;
  }
  return count;
}

// The first word, for messages.
std::string FirstWord(std::string_view sql) {
  size_t begin = 0;
  while (begin < sql.size() && !IsWordCharacter(sql[begin])) ++begin;
  size_t end = begin;
  while (end < sql.size() && IsWordCharacter(sql[end]) && end - begin < 32) ++end;
  return std::string(sql.substr(begin, end - begin));
}

Error NotAQuery(std::string_view sql) {
  return Error(Code::kUnprocessable, std::string("this statement is not allowed; ") + kAllowed + "; got " + FirstWord(sql))
      .At("line 1, column 1");
}

// What json_serialize_sql says instead of a tree.
Error ParseError(const nlohmann::json& answer, std::string_view sql) {
  if (answer.value("error_type", "") == "not implemented") return NotAQuery(sql);
  Error error(Code::kUnprocessable, answer.value("error_message", "the SQL cannot be parsed"));
  const std::string position = answer.value("position", "");
  if (position.empty()) return error;
  return std::move(error).At(duckdb::DescribePosition(sql, std::strtoull(position.c_str(), nullptr, 10)));
}

}  // namespace

struct Gate::Parser {
  static Result<std::shared_ptr<Parser>> Open() {
    auto parser = std::make_shared<Parser>();
    TARN_ASSIGN(parser->instance, duckdb::Instance::Open(ParserOptions()));
    return parser;
  }

  Result<std::unique_ptr<duckdb::Connection>> Take() {
    {
      const std::scoped_lock lock(mutex);
      if (!idle.empty()) {
        auto connection = std::move(idle.back());
        idle.pop_back();
        return connection;
      }
    }
    return instance->Connect();
  }

  void GiveBack(std::unique_ptr<duckdb::Connection> connection) {
    const std::scoped_lock lock(mutex);
    if (idle.size() < kIdleConnections) idle.push_back(std::move(connection));
  }

  std::unique_ptr<duckdb::Instance> instance;
  std::mutex mutex;  // of idle
  std::vector<std::unique_ptr<duckdb::Connection>> idle;
};

Result<std::unique_ptr<Gate>> Gate::Open(std::span<const duckdb::ScalarFunction> extensions) {
  TARN_ASSIGN(auto parser, Parser::Open());
  TARN_ASSIGN(auto connection, parser->Take());
  TARN_ASSIGN(auto functions, AllowedFunctions::Load(*connection));
  parser->GiveBack(std::move(connection));
  AllowedFunctions translated = functions;
  for (const auto& extension : extensions) translated.Add(extension.name);
  return std::unique_ptr<Gate>(new Gate(std::move(parser), std::move(functions), std::move(translated)));
}

Result<std::shared_ptr<Gate::Parser>> Gate::CurrentParser() {
  const std::scoped_lock lock(parser_mutex_);
  if (parser_->instance->broken()) {
    TARN_ASSIGN(parser_, Parser::Open());
  }
  return parser_;
}

Result<std::string> Gate::Serialize(const std::string& sql) {
  TARN_ASSIGN(const auto parser, CurrentParser());
  TARN_ASSIGN(auto connection, parser->Take());
  std::string tree;
  {
    TARN_ASSIGN(auto stream, connection->Execute(
                                 "SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true)", {sql}));
    TARN_ASSIGN(auto chunk, stream->Next());
    if (!chunk || chunk->rows() != 1) return Error(Code::kInternal, "the SQL engine's parser gave no answer");
    tree = chunk->Text(0, 0);
  }
  parser->GiveBack(std::move(connection));
  return tree;
}

Result<CheckedStatement> Gate::ParseAndWalk(const std::string& sql, const AllowedFunctions& functions) {
  TARN_ASSIGN(const std::string text, Serialize(sql));
  if (text.size() > kMaxTreeBytes) return Error(Code::kUnprocessable, "the statement is too complex");
  auto tree = tarn::json::Parse(text, {kMaxTreeDepth});
  if (!tree.ok()) return Error(Code::kUnprocessable, "the statement is nested too deeply");
  if (tree->value("error", false)) return ParseError(*tree, sql);
  const auto statements = tree->find("statements");
  const size_t count = statements == tree->end() ? 0 : statements->size();
  if (count != 1) {
    return Error(Code::kUnprocessable, "expected exactly one statement, got " + std::to_string(count));
  }
  return WalkSyntax((*statements)[0], sql, functions);
}

Status CheckText(const std::string& sql) {
  if (sql.size() > kMaxSqlBytes) return Error(Code::kTooLarge, "SQL text is limited to 1 MiB");
  if (sql.find('\0') != std::string::npos) return Error(Code::kInvalidArgument, "the SQL has a NUL character");
  if (!text::IsUtf8(sql)) return Error(Code::kInvalidArgument, "the SQL is not UTF-8");
  if (CountConjunctions(sql) > kMaxConjunctions) {
    return Error(Code::kUnprocessable, "the statement is too complex: over 10000 ANDs and ORs");
  }
  return Ok();
}

Result<CheckedStatement> Gate::Check(const std::string& sql, const AllowedFunctions& functions, RecentChecks& recent) {
  if (auto checked = recent.Find(sql)) return *std::move(checked);
  TARN_TRY(CheckText(sql));
  std::unique_lock<std::mutex> lock;
  if (sql.size() > kLargeSqlBytes) lock = std::unique_lock(large_);
  TARN_ASSIGN(auto checked, ParseAndWalk(sql, functions));
  recent.Add(sql, checked);
  return checked;
}

}  // namespace tarn::sql_gate
