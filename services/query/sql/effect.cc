#include "services/query/sql/effect.h"

namespace tarn::query {
namespace {

// One for each kind: a new one does not compile before it stands here.
struct Effects {
  Effect operator()(const QueryStatement&) const { return Effect::kNone; }
  Effect operator()(const ExplainStatement&) const { return Effect::kNone; }
  Effect operator()(const ShowStatement&) const { return Effect::kNone; }
  Effect operator()(const DatabaseStatement&) const { return Effect::kCatalog; }
  Effect operator()(const CreateTableStatement&) const { return Effect::kCatalog; }
  Effect operator()(const DropTableStatement&) const { return Effect::kCatalog; }
  Effect operator()(const AlterTableStatement&) const { return Effect::kCatalog; }
  Effect operator()(const CreateViewStatement&) const { return Effect::kCatalog; }
  Effect operator()(const CreateTableAsStatement&) const { return Effect::kRows; }
  Effect operator()(const InsertStatement&) const { return Effect::kRows; }
  Effect operator()(const UnloadStatement&) const { return Effect::kRows; }
  Effect operator()(const PrepareStatement&) const { return Effect::kPrepared; }
  Effect operator()(const DeallocateStatement&) const { return Effect::kPrepared; }
  Effect operator()(const ExecuteStatement&) const { return Effect::kOther; }
};

}  // namespace

Effect EffectOf(const Command& command) { return std::visit(Effects(), command); }

}  // namespace tarn::query
