#include "services/transform/transforms/model_graph.h"

#include <algorithm>
#include <map>

namespace tarn::transform {
namespace {

// Visits models depth first; the path from the start to the current model shows a cycle when it closes.
class Sorter {
 public:
  explicit Sorter(const std::vector<Model>& models) : models_(models) {
    for (size_t i = 0; i < models.size(); ++i) index_[models[i].name] = i;
  }

  Status Visit(size_t model) {
    if (done_[model]) return Ok();
    if (std::find(path_.begin(), path_.end(), model) != path_.end()) return CycleAt(model);
    path_.push_back(model);
    for (const std::string& name : models_[model].sql.Arguments(TemplateMark::Kind::kRef)) {
      const auto found = index_.find(name);
      if (found == index_.end()) {
        return Error(Code::kInvalidArgument, "ref('" + name + "') finds no model").At(models_[model].file);
      }
      TARN_TRY(Visit(found->second));
    }
    path_.pop_back();
    done_[model] = true;
    order_.push_back(model);
    return Ok();
  }

  const std::vector<size_t>& order() const { return order_; }

 private:
  Error CycleAt(size_t model) const {
    std::string cycle;
    for (auto at = std::find(path_.begin(), path_.end(), model); at != path_.end(); ++at) {
      cycle += models_[*at].name + " -> ";
    }
    return Error(Code::kInvalidArgument,
                 "models refer to each other in a cycle: " + cycle + models_[model].name)
        .At(models_[model].file);
  }

  const std::vector<Model>& models_;
  std::map<std::string, size_t> index_;
  std::map<size_t, bool> done_;
  std::vector<size_t> path_, order_;
};

}  // namespace

Result<std::vector<Model>> InDependencyOrder(std::vector<Model> models) {
  Sorter sorter(models);
  for (size_t i = 0; i < models.size(); ++i) TARN_TRY(sorter.Visit(i));
  std::vector<Model> sorted;
  for (const size_t model : sorter.order()) sorted.push_back(std::move(models[model]));
  return sorted;
}

}  // namespace tarn::transform
