#include "tests/sql/trino/trino_compare.h"

#include <algorithm>
#include <cmath>

namespace tarn::query {
namespace {

using nlohmann::json;
using Kind = TrinoType::Kind;

bool SameType(const TrinoType& a, const TrinoType& b) {
  if (a.text() && b.text()) return true;
  if (a.kind != b.kind || a.precision != b.precision || a.scale != b.scale ||
      a.children.size() != b.children.size())
    return false;
  for (size_t i = 0; i < a.children.size(); ++i) {
    if (!SameType(a.children[i], b.children[i])) return false;
  }
  return true;
}

// "0000000002.3" and "2.30" as "2.3"-like digits: without zeros in front.
std::string PlainDecimal(std::string text) {
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  while (text.size() > 1 && text[0] == '0' && text[1] != '.') text.erase(0, 1);
  if (text.starts_with('.')) text.insert(0, "0");
  return (negative ? "-" : "") + text;
}

bool SameValue(const json& wanted, const json& got, const TrinoType& type);

bool SameMap(const json& pairs, const json& got, const TrinoType& type) {
  if (!got.is_array() || got.size() != pairs.size()) return false;
  return std::all_of(pairs.begin(), pairs.end(), [&](const json& pair) {
    return std::any_of(got.begin(), got.end(), [&](const json& entry) {
      return SameValue(pair[0], entry["key"], type.children[0]) &&
             SameValue(pair[1], entry["value"], type.children[1]);
    });
  });
}

bool SameValue(const json& wanted, const json& got, const TrinoType& type) {
  if (wanted.is_null() || got.is_null()) return wanted.is_null() && got.is_null();
  if (wanted.is_object() && wanted.contains("__decimal__")) {
    return type.kind == Kind::kDecimal && type.precision == wanted["precision"] &&
           type.scale == wanted["scale"] && got.is_string() &&
           PlainDecimal(wanted["__decimal__"]) == PlainDecimal(got);
  }
  if (wanted.is_object() && wanted.contains("__map__"))
    return type.kind == Kind::kMap && SameMap(wanted["__map__"], got, type);
  if (wanted.is_array() && type.kind == Kind::kArray) {
    if (!got.is_array() || got.size() != wanted.size()) return false;
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (!SameValue(wanted[i], got[i], type.element())) return false;
    }
    return true;
  }
  if (wanted.is_array() && type.kind == Kind::kRow) {
    if (!got.is_object() || got.size() != wanted.size()) return false;
    for (size_t i = 0; i < wanted.size(); ++i) {
      if (!SameValue(wanted[i], got.at(type.StorageField(i)), type.children[i])) return false;
    }
    return true;
  }
  if (type.kind == Kind::kDecimal && wanted.is_number() && got.is_string())
    return PlainDecimal(wanted.dump()) == PlainDecimal(got);
  // The examples went through a program that holds numbers as doubles: from 2^53 on their last digits are
  // lost.
  if (wanted.is_number() && got.is_number() && std::abs(wanted.get<double>()) > 0x1p53)
    return wanted.get<double>() == got.get<double>();
  if (wanted.is_number() && got.is_number())
    return wanted.get<double>() == got.get<double>() && (got.is_number_float() || wanted == got);
  return wanted == got;
}

std::string Types(const std::vector<TrinoType>& types) {
  std::string list;
  for (const auto& type : types) list += (list.empty() ? "" : ", ") + type.Name();
  return list;
}

std::string Show(const TrinoRows& rows) {
  return Types(rows.types) + ' ' + json(rows.rows).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string CompareRows(const TrinoRows& wanted, const TrinoRows& got) {
  const std::string difference = "got " + Show(got) + ", Trino gives " + Show(wanted);
  if (wanted.types.size() != got.types.size()) return difference;
  for (size_t i = 0; i < wanted.types.size(); ++i) {
    if (!SameType(wanted.types[i], got.types[i])) return difference;
  }
  const auto sorted = [](const TrinoRows& rows) {
    std::vector<std::string> texts;
    for (const auto& row : rows.rows)
      texts.push_back(json(row).dump(-1, ' ', false, json::error_handler_t::replace));
    std::sort(texts.begin(), texts.end());
    return texts;
  };
  return sorted(wanted) == sorted(got) ? "" : difference;
}

}  // namespace

std::string Difference(const TrinoCase& wanted, const TrinoRows& got, TrinoRunner& runner) {
  if (wanted.kind == "matches_sql") {
    const std::string text = wanted.expected;
    const bool query = text.starts_with("VALUES") || text.starts_with("SELECT");
    const auto other = runner.Run(query ? text : "SELECT " + text);
    if (!other.ok()) return "Trino's answer cannot be read: " + other.error().message() + ": " + text;
    return CompareRows(*other, got);
  }
  TrinoType type;
  const std::string difference =
      "got " + Show(got) + ", Trino gives " + wanted.type + ' ' + wanted.expected.dump();
  if (got.rows.size() != 1 || got.types.size() != 1) return difference;
  if (ReadTestType(wanted.type, type) && !SameType(type, got.types[0])) return difference;
  return SameValue(wanted.expected, got.rows[0][0], got.types[0]) ? "" : difference;
}

}  // namespace tarn::query
