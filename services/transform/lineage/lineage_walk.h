#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "common/object_store/object_store.h"
#include "common/result/result.h"
#include "services/transform/lineage/lineage_store.h"

namespace tarn::transform {

/// An object, a run, or a version of a cataloged table.
struct LineageNode {
  enum class Kind { kObject, kRun, kTable } kind = Kind::kObject;
  std::string id;                      ///< "object:raw/a.json@<version>", "run:<id>", "table:db.t@<version>"
  object_store::ObjectVersion object;  ///< kObject
  std::optional<StoredObject> made;    ///< kObject: if a run or a compaction made it
  std::string run_id;                  ///< kRun
  TableSnapshot table;                 ///< kTable
};

/// Rows went from one node to another.
struct LineageEdge {
  std::string from, to;
  std::string kind;  ///< read, wrote, contains (a file is a part of a table's version), merged, compacted
  auto operator<=>(const LineageEdge&) const = default;
};

struct LineageGraph {
  std::vector<LineageNode> nodes;  ///< the object that was asked for first
  std::vector<LineageEdge> edges;
  bool truncated = false;  ///< there is more beyond the depth or the number of nodes
};

/// How far to look. One step of depth goes from an object over a run to the next objects.
struct LineageBounds {
  int64_t depth = 5;
  int64_t nodes = 500;
};

/// Walks from an object to what it was made from and to what was made from it.
class LineageWalk {
 public:
  LineageWalk(LineageStore& store, LineageBounds bounds) : store_(store), bounds_(bounds) {}

  enum class Direction { kUp, kDown };
  /// Once or twice, for both directions from the same object. Errors: as sqlite::Statement::Step.
  Status Walk(const object_store::ObjectVersion& start, Direction direction);

  LineageGraph Take() { return std::move(graph_); }

 private:
  struct Step {
    size_t node;
    int64_t depth;
  };

  /// Both return nothing when the graph is full or the node lies too deep.
  Result<std::optional<size_t>> AddObject(const object_store::ObjectVersion& object, int64_t depth);
  std::optional<size_t> Add(LineageNode node, int64_t depth);
  void Link(size_t from, size_t to, const char* kind);
  Status Visit(const Step& step, Direction direction);
  Status Up(const Step& step);
  Status UpFromRun(const Step& step);
  Status Down(const Step& step);
  Status DownFromRun(const Step& step);
  /// Goes on from a node, unless that was done before.
  void Follow(size_t node, int64_t depth);
  /// One more than there is room for, so that it shows when there is more.
  int64_t Limit() const { return bounds_.nodes + 1; }

  LineageStore& store_;
  const LineageBounds bounds_;
  LineageGraph graph_;
  std::map<std::string, size_t> known_;
  std::set<LineageEdge> linked_;
  std::deque<Step> open_;
  std::set<size_t> followed_;
};

}  // namespace tarn::transform
