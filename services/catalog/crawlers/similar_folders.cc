#include "services/catalog/crawlers/similar_folders.h"

#include <algorithm>
#include <iterator>

#include "services/catalog/crawlers/partition_values.h"
#include "services/catalog/tables/schema_merge.h"

namespace tarn::catalog {
namespace {

// The folders below a target as a tree.
struct Node {
  std::map<std::string, Node> children;
  std::vector<size_t> own;  // of FolderColumns: the files that lie right here
  bool root = false;        // a table already

  bool HasHiveChild() const {
    return std::any_of(children.begin(), children.end(),
                       [](const auto& child) { return IsHiveFolder(child.first); });
  }
};

Node& Reach(Node& top, const std::vector<std::string>& folders) {
  Node* node = &top;
  for (const std::string& folder : folders) node = &node->children[folder];
  return *node;
}

class Grouper {
 public:
  Grouper(const std::vector<FolderColumns>& folders, int64_t similarity)
      : folders_(folders), similarity_(similarity), answer_(folders.size(), -1) {}

  // Returns whether a table lies at or below the node.
  void Group(const Node& node, int64_t depth) {
    std::vector<size_t> below;
    const bool free = Collect(node, below);
    if (below.empty()) return;
    if (free && (node.HasHiveChild() || AllSimilar(below))) {
      for (const size_t index : below) answer_[index] = depth;
      return;
    }
    for (const auto& [name, child] : node.children) Group(child, depth + 1);
  }

  std::vector<int64_t> answer() && { return std::move(answer_); }

 private:
  // Gathers all folders at and below the node; false if a table lies there already.
  bool Collect(const Node& node, std::vector<size_t>& below) const {
    bool free = !node.root;
    below.insert(below.end(), node.own.begin(), node.own.end());
    for (const auto& [name, child] : node.children) free = Collect(child, below) && free;
    return free;
  }

  bool AllSimilar(const std::vector<size_t>& indexes) const {
    ColumnNames all;
    for (const size_t index : indexes) {
      const ColumnNames& columns = folders_[index].columns;
      if (!all.empty() && !columns.empty() && Similarity(all, columns) < similarity_) return false;
      all.insert(columns.begin(), columns.end());
    }
    return true;
  }

  const std::vector<FolderColumns>& folders_;
  const int64_t similarity_;
  std::vector<int64_t> answer_;
};

}  // namespace

ColumnNames NamesOf(const std::vector<Column>& columns) {
  ColumnNames names;
  for (const Column& column : columns) {
    if (!column.partition_key) names.insert(FoldCase(column.name));
  }
  return names;
}

int64_t Similarity(const ColumnNames& first, const ColumnNames& second) {
  if (first.empty() && second.empty()) return 100;
  std::vector<std::string> common;
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(common));
  return static_cast<int64_t>(200 * common.size() / (first.size() + second.size()));
}

std::vector<int64_t> GroupSimilar(const std::vector<FolderColumns>& folders,
                                  const std::vector<std::vector<std::string>>& roots, int64_t similarity) {
  Node top;
  for (size_t i = 0; i < folders.size(); ++i) Reach(top, folders[i].folders).own.push_back(i);
  for (const auto& root : roots) Reach(top, root).root = true;
  Grouper grouper(folders, similarity);
  grouper.Group(top, 0);
  return std::move(grouper).answer();
}

}  // namespace tarn::catalog
