#include "services/transform/lineage/lineage_walk.h"

namespace tarn::transform {

using object_store::ObjectVersion;

Status LineageWalk::Walk(const ObjectVersion& start, Direction direction) {
  followed_.clear();
  TARN_ASSIGN(const auto root, AddObject(start, 0));
  if (root) Follow(*root, 0);
  while (!open_.empty()) {
    const Step step = open_.front();
    open_.pop_front();
    TARN_TRY(Visit(step, direction));
  }
  return Ok();
}

Status LineageWalk::Visit(const Step& step, Direction direction) {
  const bool up = direction == Direction::kUp;
  if (graph_.nodes[step.node].kind == LineageNode::Kind::kRun)
    return up ? UpFromRun(step) : DownFromRun(step);
  return up ? Up(step) : Down(step);
}

std::optional<size_t> LineageWalk::Add(LineageNode node, int64_t depth) {
  if (const auto known = known_.find(node.id); known != known_.end()) return known->second;
  if (depth > bounds_.depth || static_cast<int64_t>(graph_.nodes.size()) >= bounds_.nodes) {
    graph_.truncated = true;
    return std::nullopt;
  }
  const size_t index = graph_.nodes.size();
  known_[node.id] = index;
  graph_.nodes.push_back(std::move(node));
  return index;
}

Result<std::optional<size_t>> LineageWalk::AddObject(const ObjectVersion& object, int64_t depth) {
  LineageNode node;
  node.id = "object:" + object.bucket + "/" + object.key + "@" + object.version;
  node.object = object;
  if (const auto known = known_.find(node.id); known != known_.end()) return std::optional(known->second);
  TARN_ASSIGN(node.made, store_.Made(object));
  return Add(std::move(node), depth);
}

void LineageWalk::Link(size_t from, size_t to, const char* kind) {
  LineageEdge edge{graph_.nodes[from].id, graph_.nodes[to].id, kind};
  if (linked_.insert(edge).second) graph_.edges.push_back(std::move(edge));
}

void LineageWalk::Follow(size_t node, int64_t depth) {
  if (followed_.insert(node).second) open_.push_back({node, depth});
}

namespace {

LineageNode RunNode(const std::string& id) {
  LineageNode node;
  node.kind = LineageNode::Kind::kRun;
  node.id = "run:" + id;
  node.run_id = id;
  return node;
}

LineageNode TableNode(const TableSnapshot& table) {
  LineageNode node;
  node.kind = LineageNode::Kind::kTable;
  node.id = "table:" + table.table + "@" + table.snapshot;
  node.table = table;
  return node;
}

}  // namespace

// From an object to the run that made it and the objects whose rows it took over; from a table to its files.
Status LineageWalk::Up(const Step& step) {
  const LineageNode node = graph_.nodes[step.node];
  if (node.kind == LineageNode::Kind::kTable) {
    TARN_ASSIGN(const auto files, store_.SnapshotFiles(node.table, Limit()));
    for (const ObjectVersion& file : files) {
      TARN_ASSIGN(const auto added, AddObject(file, step.depth));
      if (!added) break;
      Link(*added, step.node, "contains");
      Follow(*added, step.depth);
    }
    return Ok();
  }
  if (node.made && !node.made->run_id.empty()) {
    if (const auto run = Add(RunNode(node.made->run_id), step.depth + 1)) {
      Link(*run, step.node, "wrote");
      Follow(*run, step.depth + 1);
    }
  }
  TARN_ASSIGN(const auto earlier, store_.Earlier(node.object, Limit()));
  for (const Descendant& one : earlier) {
    TARN_ASSIGN(const auto added, AddObject(one.object, step.depth + 1));
    if (!added) break;
    Link(*added, step.node, one.descent.c_str());
    Follow(*added, step.depth + 1);
  }
  return Ok();
}

Status LineageWalk::UpFromRun(const Step& step) {
  const std::string run_id = graph_.nodes[step.node].run_id;
  TARN_ASSIGN(const auto tables, store_.TablesRead(run_id, Limit()));
  for (const TableSnapshot& table : tables) {
    const auto added = Add(TableNode(table), step.depth);
    if (!added) break;
    Link(*added, step.node, "read");
    Follow(*added, step.depth);
  }
  TARN_ASSIGN(const auto inputs, store_.Inputs(run_id, Limit()));
  for (const ObjectVersion& input : inputs) {
    TARN_ASSIGN(const auto added, AddObject(input, step.depth));
    if (!added) break;
    Link(*added, step.node, "read");
    Follow(*added, step.depth);
  }
  return Ok();
}

// From an object to the runs that read it, the tables that hold it and the objects that took its rows over;
// from a table to the runs that read it.
Status LineageWalk::Down(const Step& step) {
  const LineageNode node = graph_.nodes[step.node];
  const bool table = node.kind == LineageNode::Kind::kTable;
  TARN_ASSIGN(const auto readers,
              table ? store_.TableReaders(node.table, Limit()) : store_.Readers(node.object, Limit()));
  const int64_t depth = table ? step.depth : step.depth + 1;
  for (const std::string& reader : readers) {
    const auto added = Add(RunNode(reader), depth);
    if (!added) break;
    Link(step.node, *added, "read");
    Follow(*added, depth);
  }
  if (table) return Ok();
  TARN_ASSIGN(const auto snapshots, store_.SnapshotsWith(node.object, Limit()));
  for (const TableSnapshot& snapshot : snapshots) {
    const auto added = Add(TableNode(snapshot), depth);
    if (!added) break;
    Link(step.node, *added, "contains");
    Follow(*added, depth);
  }
  TARN_ASSIGN(const auto later, store_.Later(node.object, Limit()));
  for (const Descendant& one : later) {
    TARN_ASSIGN(const auto added, AddObject(one.object, depth));
    if (!added) break;
    Link(step.node, *added, one.descent.c_str());
    Follow(*added, depth);
  }
  return Ok();
}

Status LineageWalk::DownFromRun(const Step& step) {
  TARN_ASSIGN(const auto objects, store_.MadeBy(graph_.nodes[step.node].run_id, Limit()));
  for (const StoredObject& object : objects) {
    TARN_ASSIGN(const auto added, AddObject(object.object, step.depth));
    if (!added) break;
    Link(step.node, *added, "wrote");
    Follow(*added, step.depth);
  }
  return Ok();
}

}  // namespace tarn::transform
