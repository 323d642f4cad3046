#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::duckdb {

/// What the arguments and the result of a scalar function of our own can be. kTextRows is VARCHAR[][]; kJson
/// is the engine's JSON, of results only.
enum class FunctionType {
  kText,
  kInteger,
  kDouble,
  kBoolean,
  kBlob,
  kDate,
  kTimestamp,
  kTexts,
  kDoubles,
  kTextRows,
  kJson
};

using OptionalTexts = std::vector<std::optional<std::string>>;

/// One row of a call: the arguments to read and the result to set. Valid during the call.
class ScalarCall {
 public:
  virtual ~ScalarCall() = default;
  virtual size_t size() const = 0;
  virtual bool IsNull(size_t argument) const = 0;
  virtual std::string_view Text(size_t argument) const = 0;  ///< kText, kBlob
  virtual int64_t Integer(size_t argument) const = 0;        ///< kInteger; kBoolean as 0 or 1
  virtual double Double(size_t argument) const = 0;
  virtual OptionalTexts Texts(size_t argument) const = 0;
  virtual std::vector<std::optional<double>> Doubles(size_t argument) const = 0;

  virtual void ReturnNull() = 0;
  virtual void ReturnText(std::string_view text) = 0;  ///< kText (UTF-8), kBlob
  /// kInteger, kBoolean, kDate (days since 1970), kTimestamp (microseconds since 1970).
  virtual void ReturnInteger(int64_t value) = 0;
  virtual void ReturnDouble(double value) = 0;
  virtual void ReturnTexts(const OptionalTexts& texts) = 0;
  virtual void ReturnTextRows(const std::vector<OptionalTexts>& rows) = 0;
  /// Fails the statement with this message. The rest of the row's work is lost.
  virtual void Fail(const std::string& message) = 0;
};

/// A scalar function of our own that SQL can call. `run` is called for each row, from any of the engine's
/// threads; it must not throw. An argument that is NULL makes the result NULL without a call, unless
/// `takes_null`. Without `run` the result is the only argument itself, taken for `result` as it is, without a
/// copy or a look at it: both must be stored alike, as kText and kJson are.
struct ScalarFunction {
  const char* name;
  std::vector<FunctionType> parameters;
  FunctionType result;
  void (*run)(ScalarCall& call);
  bool takes_null = false;
  bool variadic = false;  ///< any number of kText behind the parameters
  /// Instead of `run`, from one kText to kInteger, without the cost of a call for each row: false for a text
  /// that is no value, which fails the statement.
  bool (*read)(std::string_view text, int64_t& value) = nullptr;
};

}  // namespace tarn::duckdb
