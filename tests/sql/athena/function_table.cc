#include "tests/sql/athena/function_table.h"

#include "services/query/functions/function_entry.h"

namespace tarn::query {
namespace {

const char* Words(How how) {
  switch (how) {
    case How::kNative:
      return "native";
    case How::kRewrite:
      return "rewrite";
    case How::kExtension:
      return "C++";
    case How::kTranslator:
      return "translator";
    case How::kUnsupported:
      return "not supported";
  }
  return "";
}

std::string Escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::string FunctionTable() {
  std::string table = "| Function | What it gives | Example | How |\n| --- | --- | --- | --- |\n";
  std::string unsupported;
  for (const FunctionEntry* entry : AllFunctions()) {
    if (entry->how == How::kUnsupported) {
      unsupported += (unsupported.empty() ? "`" : ", `") + std::string(entry->name) + '`';
      continue;
    }
    std::string forms;
    for (const auto& overload : entry->overloads) {
      forms +=
          (forms.empty() ? "`" : "<br>`") + std::string(entry->name) + std::string(overload.signature) + '`';
    }
    table += "| " + Escape(forms) + " | " + Escape(entry->description) + " | `" + Escape(entry->example) +
             "` | " + Words(entry->how) + " |\n";
  }
  return table + "\nNot supported: " + unsupported + ".\n";
}

}  // namespace tarn::query
