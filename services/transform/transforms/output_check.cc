#include "services/transform/transforms/output_check.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace tarn::transform {
namespace {

// What is wrong with one key of an output.
struct Fault {
  const char* key;
  std::string message;
};
using Checked = std::optional<Fault>;

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> ColumnsOf(const std::vector<OrderColumn>& order) {
  std::vector<std::string> names;
  for (const OrderColumn& column : order) names.push_back(column.column);
  return names;
}

Checked CheckRepeats(const Output& output) {
  const std::pair<const char*, std::vector<std::string>> lists[] = {{"key", output.key},
                                                                    {"order_by", ColumnsOf(output.order_by)},
                                                                    {"columns", output.columns},
                                                                    {"partition_by", output.partition_by},
                                                                    {"sort_by", ColumnsOf(output.sort_by)}};
  for (const auto& [key, names] : lists) {
    std::set<std::string> seen;
    for (const std::string& name : names) {
      if (!seen.insert(name).second) return Fault{key, "the column " + name + " stands here twice"};
    }
  }
  return std::nullopt;
}

// The name becomes a part of object keys: "year=2026/".
bool IsPartitionName(const std::string& name) {
  return name.size() <= 100 && std::all_of(name.begin(), name.end(),
                                           [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

Checked CheckPartitions(const Output& output) {
  constexpr size_t kMaxPartitionColumns = 8;
  const auto& partitions = output.partition_by;
  if (partitions.size() > kMaxPartitionColumns)
    return Fault{"partition_by", "at most " + std::to_string(kMaxPartitionColumns) + " columns"};
  for (const std::string& name : partitions) {
    if (!IsPartitionName(name))
      return Fault{"partition_by",
                   "the column's name becomes part of object keys, so it must be made of letters, "
                   "digits and _; rename it in the model: " +
                       name};
    if (!output.columns.empty() && !Contains(output.columns, name))
      return Fault{"partition_by", "add the column to \"columns\", since readers see it: " + name};
    // A row whose value changes would leave its older self behind in the partition where it was.
    if (output.mode == Mode::kMerge && !Contains(output.key, name))
      return Fault{"partition_by",
                   "with mode merge, partitions are made of columns of the key, or a row could be in "
                   "two of them; add it to the key or leave it out: " +
                       name};
  }
  if (!output.columns.empty() && partitions.size() >= output.columns.size())
    return Fault{"partition_by", "there must be a column that no partition is made of"};
  return std::nullopt;
}

// A merge keeps the columns that readers see and those that it needs itself.
Checked CheckSorting(const Output& output) {
  if (output.mode != Mode::kMerge || output.columns.empty()) return std::nullopt;
  const auto order = ColumnsOf(output.order_by);
  for (const std::string& name : ColumnsOf(output.sort_by)) {
    if (!Contains(output.columns, name) && !Contains(output.key, name) && !Contains(order, name))
      return Fault{"sort_by",
                   "a merged table keeps the columns of \"columns\", \"key\" and \"order_by\" only; add it "
                   "to one of them: " +
                       name};
  }
  return std::nullopt;
}

Checked CheckOne(const Output& output) {
  for (const auto check : {CheckRepeats, CheckPartitions, CheckSorting}) {
    if (auto fault = check(output)) return fault;
  }
  return std::nullopt;
}

}  // namespace

Status CheckOutputs(const Definition& definition) {
  std::set<std::string> tables;
  for (size_t i = 0; i < definition.outputs.size(); ++i) {
    const Output& output = definition.outputs[i];
    const std::string place = "outputs[" + std::to_string(i) + "].";
    auto fault = CheckOne(output);
    if (!tables.insert(output.TableName()).second)
      fault = Fault{"table", "the table " + output.TableName() + " has two outputs"};
    if (fault) return Error(Code::kInvalidArgument, std::move(fault->message)).At(place + fault->key);
  }
  return Ok();
}

}  // namespace tarn::transform
