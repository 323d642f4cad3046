#include "services/transform/runs/input_settlement.h"

#include <algorithm>

#include "services/transform/runs/sql_pieces.h"

namespace tarn::transform {
namespace {

Error Changed(const RunInput& object, const Fault& fault) {
  std::string where = object.bucket + "/" + object.key;
  if (fault.byte_offset) where += ": byte " + std::to_string(*fault.byte_offset);
  return Error(Code::kUnprocessable, fault.reason).At(std::move(where));
}

}  // namespace

bool HasColumns(const Input& input) {
  return !input.columns.empty() || input.format == Format::kCsv || input.format == Format::kParquet;
}

Status SettleInputs(duckdb::Connection& connection, const Run& run, const std::vector<RunInput>& inputs,
                    const Definition& definition, Look look, OpenedInputs& opened, InputColumns& columns,
                    std::stop_token cancelled) {
  for (const Input& input : definition.inputs) {
    if (!HasColumns(input)) continue;
    std::vector<InputFile> files;
    std::vector<size_t> places;  // of `files` among those that are open
    for (size_t i = 0; i < opened.files.size(); ++i) {
      if (opened.files[i].input != input.name) continue;
      files.push_back(opened.files[i]);
      places.push_back(i);
    }
    auto settled = SettleColumns(connection, input, files, columns[input.name], look, cancelled);
    if (!settled.ok()) return InPlace(input.name.empty() ? "input" : "input " + input.name, settled.error());
    columns[input.name] = std::move(settled->columns);
    if (settled->sniffed) opened.files[places.front()].sniffed = std::move(settled->sniffed);
    // From the last, since burying one moves those behind it.
    std::reverse(settled->unfit.begin(), settled->unfit.end());
    if (input.type_change == TypeChange::kFail) {
      for (auto unfit = settled->unfit.rbegin(); unfit != settled->unfit.rend(); ++unfit) {
        if (unfit->type_changed) return Changed(inputs[opened.ordinals[places[unfit->file]]], unfit->fault);
      }
    }
    for (UnfitFile& unfit : settled->unfit) {
      opened.Bury(run, inputs, places[unfit.file], std::move(unfit.fault));
    }
  }
  return Ok();
}

}  // namespace tarn::transform
