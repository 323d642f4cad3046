#include "services/query/dialect/translator.h"

namespace tarn::query {
namespace {

using TypeKind = TrinoType::Kind;

}  // namespace

Result<Value> Translator::TextRule(std::string_view rule, RuleCall& call) {
  auto& arguments = call.arguments;
  if (rule == "format") return FormatRule(call);
  if (rule == "try") return Make("TRY(" + arguments[0].sql + ')', arguments[0].type);
  if (rule == "typeof") {
    if (arguments[0].type.text()) return Fault("the length of a varchar is not known here", call.call);
    return Make(duckdb::QuoteLiteral(arguments[0].type.Name()), MakeType(TypeKind::kVarchar));
  }
  if (rule == "if") {
    const std::string otherwise = arguments.size() > 2 ? arguments[2].sql : "NULL";
    return Make("CASE WHEN " + arguments[0].sql + " THEN " + arguments[1].sql + " ELSE " + otherwise + " END",
                call.result);
  }
  if (rule == "coalesce") {
    std::string list;
    for (const auto& argument : arguments) list += (list.empty() ? "" : ", ") + argument.sql;
    return Make("coalesce(" + list + ')', call.result);
  }
  if (rule == "nullif") {
    const Bindings bound = BindOnce({&arguments[0]});
    TARN_ASSIGN(const Value equal, Compare(call.call, "=", arguments[0], arguments[1]));
    return Make(
        bound.head + "CASE WHEN " + equal.sql + " THEN NULL ELSE " + arguments[0].sql + " END" + bound.tail,
        arguments[0].type);
  }
  // regexp_replace with a lambda: pieces [text before, group 1, ...] for each match, then [text behind the
  // last].
  const std::string pieces = Fresh("m"), piece = Fresh("e"), pair = Fresh("z"), results = Fresh("l");
  const std::string matches = pieces + "[1:len(" + pieces + ") - 1]";
  const std::string texts = "list_transform(" + matches + ", lambda " + piece + ": " + piece + "[1])";
  const std::string bodies = "list_transform(list_transform(" + matches + ", lambda " + piece + ": " + piece +
                             "[2:]), " + arguments[2].sql + ')';
  const std::string joined = "list_transform(list_zip(" + texts + ", " + bodies + "), lambda " + pair +
                             ": struct_extract(" + pair + ", 1) || struct_extract(" + pair + ", 2))";
  return Make("list_extract(list_transform([tarn_regexp_pieces(" + arguments[0].sql + ", " +
                  arguments[1].sql + ")], lambda " + pieces + ": CASE WHEN " + pieces +
                  " IS NULL THEN NULL ELSE list_extract(list_transform([" + joined + "], lambda " + results +
                  ": CASE WHEN len(list_filter(" + results +
                  ", lambda n: n IS NULL)) > 0 THEN NULL ELSE array_to_string(" + results + ", '') || " +
                  pieces + "[len(" + pieces + ")][1] END), 1) END), 1)",
              MakeType(TypeKind::kVarchar));
}

// Each argument goes as text behind a letter that says what it is.
Result<Value> Translator::FormatRule(RuleCall& call) {
  std::string sql = "tarn_format(" + call.arguments[0].sql;
  for (size_t i = 1; i < call.arguments.size(); ++i) {
    const Value& value = call.arguments[i];
    std::string letter = "s", text = value.sql;
    switch (value.type.kind) {
      case TypeKind::kUnknown:
        text = "NULL";
        break;
      case TypeKind::kVarchar:
        break;
      case TypeKind::kBoolean:
        letter = "b";
        text = "CAST(" + text + " AS VARCHAR)";
        break;
      case TypeKind::kTinyint:
      case TypeKind::kSmallint:
      case TypeKind::kInteger:
      case TypeKind::kBigint:
        letter = "i";
        text = "CAST(" + text + " AS VARCHAR)";
        break;
      case TypeKind::kDecimal:
        letter = "n";
        text = "CAST(" + text + " AS VARCHAR)";
        break;
      case TypeKind::kReal:
        letter = "f";
        text = "tarn_exact_text(CAST(" + text + " AS DOUBLE))";
        return Fault("format is not supported for real; cast it to double", call.call);
      case TypeKind::kDouble:
        letter = "f";
        text = "tarn_exact_text(" + text + ')';
        break;
      case TypeKind::kDate:
        text = "CAST(" + text + " AS VARCHAR)";
        break;
      case TypeKind::kTimestamp:
        letter = "t";
        text = "strftime(" + text + ", '%Y-%m-%dT%H:%M:%S.%f')";
        break;
      default:
        return Fault("format is not supported for " + value.type.Name(), call.call);
    }
    sql += ", '" + letter + "' || " + text;
  }
  return Make(sql + ')', MakeType(TypeKind::kVarchar));
}

}  // namespace tarn::query
