#include "services/transform/runs/column_facts.h"

#include <algorithm>
#include <fstream>

#include "services/transform/runs/input_settlement.h"

namespace tarn::transform {

Status ColumnFacts::Settle(object_store::ObjectStore& store, const EngineLimits& engine, const Run& run,
                           const std::vector<RunInput>& inputs, const Definition& definition, Look look,
                           OpenedInputs& opened, std::stop_token cancelled) {
  const auto& all = definition.inputs;
  if (std::none_of(all.begin(), all.end(), HasColumns)) return Ok();
  TARN_ASSIGN(earlier_, ReadInputColumns(store, definition.name));
  columns_ = earlier_;
  TARN_ASSIGN(const auto scratch, store.ScratchDirectory());
  TARN_ASSIGN(const auto workspace, SqlWorkspace::Open(engine, *scratch, opened.directories()));
  return SettleInputs(workspace->connection(), run, inputs, definition, look, opened, columns_,
                      std::move(cancelled));
}

Status ColumnFacts::Attach(Publication& publication, const std::string& transform,
                           const std::filesystem::path& scratch) const {
  const std::string rendered = RenderInputColumns(columns_);
  if (rendered == RenderInputColumns(earlier_)) return Ok();
  const auto file = scratch / "input-columns.json";
  std::ofstream out(file, std::ios::binary);
  out << rendered;
  out.close();
  if (!out) return Error(Code::kUnavailable, "the columns of the inputs cannot be written down");
  publication.Attach({InputColumnsKey(transform), file, std::nullopt});
  return Ok();
}

}  // namespace tarn::transform
