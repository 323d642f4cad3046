#include "tests/contract/object_store/model_history.h"

#include <algorithm>
#include <queue>
#include <set>
#include <sstream>
#include <unordered_map>

namespace tarn::object_store {
namespace {

using Version = ModelHistory::Version;
using Versions = ModelHistory::Versions;

const Version* Current(const Versions& versions) {
  return versions.empty() || versions.front().is_marker ? nullptr : &versions.front();
}

std::string Described(Event::Type type, const std::string& key, const std::string& version) {
  return std::string(EventTypeName(type)) + " " + key + " " + version;
}

std::string Describe(const Operation& operation) {
  static const char* const kNames[] = {"commit", "read", "read version", "list", "list versions", "delete version"};
  std::ostringstream out;
  out << "#" << operation.id << " " << operation.start_ns / 1000 << ".." << operation.end_ns / 1000 << " us "
      << kNames[static_cast<int>(operation.kind)] << " " << operation.key;
  for (const Operation::Change& change : operation.changes) {
    out << (change.is_put ? " put " : " delete ") << change.key << (change.if_none_match ? " if new" : "");
    if (!change.if_match_etag.empty()) out << " if " << change.if_match_etag;
    out << " -> " << change.version << " " << change.etag;
  }
  out << (operation.refused ? " REFUSED" : "") << " version " << operation.version;
  if (operation.content_of >= 0) out << " content of #" << operation.content_of;
  if (operation.deleted) out << " deleted";
  for (const auto& [key, version] : operation.listed) {
    if (operation.kind == Operation::Kind::kListVersions) out << " [" << version << "]";
  }
  return out.str();
}

}  // namespace

ModelHistory::ModelHistory(const std::deque<Operation>& operations, const std::vector<Event>& log,
                           std::function<bool(const std::string&)> versioned)
    : operations_(operations), versioned_(std::move(versioned)) {
  std::unordered_map<std::string, const Operation*> writes;
  size_t with_events = 0;
  for (const Operation& operation : operations) {
    if (!operation.commit_id.empty()) writes[operation.commit_id] = &operation;
    if (operation.kind == Operation::Kind::kDeleteVersion) writes["delete-" + std::to_string(operation.id)] = &operation;
  }
  std::set<const Operation*> seen;
  for (size_t begin = 0, end; begin < log.size(); begin = end) {
    for (end = begin; end < log.size() && log[end].commit_id == log[begin].commit_id; ++end) {
      if (log[end].sequence != static_cast<int64_t>(end) + 1) complaints_.push_back("the log has a gap");
    }
    auto write = writes.find(log[begin].commit_id);
    if (write == writes.end()) write = writes.find(log[begin].operation);
    if (write == writes.end()) {
      complaints_.push_back("nobody did what event " + std::to_string(log[begin].sequence) + " tells");
      continue;
    }
    if (!seen.insert(write->second).second) complaints_.push_back("a commit's events are not neighbours: " + Describe(*write->second));
    ++with_events;
    Apply(*write->second, std::vector<Event>(log.begin() + static_cast<std::ptrdiff_t>(begin), log.begin() + static_cast<std::ptrdiff_t>(end)));
  }
  for (const Operation& operation : operations) {
    // Without an event it changed nothing: as good as a read.
    if (!seen.contains(&operation)) CollectReads(operation);
  }
}

void ModelHistory::Apply(const Operation& operation, const std::vector<Event>& events) {
  std::vector<std::string> expected, told;
  std::map<std::string, Versions> now;
  const auto versions_of = [&](const std::string& key) -> Versions& {
    const std::string name = operation.bucket + "/" + key;
    const auto [found, added] = now.try_emplace(name);
    const States& states = states_[name];
    if (added && !states.empty()) found->second = states.back().versions;
    return found->second;
  };
  if (operation.kind == Operation::Kind::kDeleteVersion) ApplyDeleteVersion(operation, expected, versions_of(operation.key));
  for (const Operation::Change& change : operation.changes) ApplyChange(operation, change, expected, versions_of(change.key));
  for (const Event& event : events) told.push_back(Described(event.type, event.object.key, event.object.version));
  for (auto& [name, versions] : now) {
    States& states = states_[name];
    if (states.empty()) states.emplace_back();
    states.push_back({&operation, events.back().sequence, std::move(versions), 0, 0});
    if (told == expected) continue;
    std::string what = "the log tells";
    for (const std::string& line : told) what += " (" + line + ")";
    for (const std::string& line : expected) what += " instead of (" + line + ")";
    Complain(name, operation, what);
  }
}

void ModelHistory::ApplyChange(const Operation& operation, const Operation::Change& change, std::vector<std::string>& expected,
                               Versions& now) {
  const Version* current = Current(now);
  const std::string name = operation.bucket + "/" + change.key;
  if (operation.refused) Complain(name, operation, "it was refused and happened");
  if (change.if_none_match && current) Complain(name, operation, "the key existed, put by #" + std::to_string(current->put_by));
  if (!change.if_match_etag.empty() && (!current || current->etag != change.if_match_etag)) {
    Complain(name, operation, "an update was lost: the key had not the content that was expected");
  }
  const bool versioned = versioned_(operation.bucket);
  if (change.is_put) {
    if (!versioned) now.clear();
    now.insert(now.begin(), {change.version, change.etag, false, operation.id});
    expected.push_back(Described(Event::Type::kObjectCreated, change.key, change.version));
  } else if (versioned) {
    expected.push_back(Described(Event::Type::kObjectDeleted, change.key, current ? current->id : change.version));
    now.insert(now.begin(), {change.version, "", true, operation.id});
  } else if (current) {
    expected.push_back(Described(Event::Type::kObjectDeleted, change.key, current->id));
    now.clear();
  }
}

void ModelHistory::ApplyDeleteVersion(const Operation& operation, std::vector<std::string>& expected, Versions& now) {
  const auto found = std::find_if(now.begin(), now.end(), [&](const Version& version) { return version.id == operation.version; });
  if (found == now.end()) return;
  const bool was_current = found == now.begin() && !found->is_marker, was_latest = found == now.begin();
  const auto type = was_current ? Event::Type::kObjectDeleted : Event::Type::kVersionDeleted;
  expected.push_back(Described(type, operation.key, operation.version));
  now.erase(found);
  const Version* current = Current(now);
  if (was_latest && current) expected.push_back(Described(Event::Type::kObjectCreated, operation.key, current->id));
}

// What an operation that changed nothing says about the state that it met.
void ModelHistory::CollectReads(const Operation& operation) {
  const auto add = [&](const std::string& key, Meets meets) {
    reads_[operation.bucket + "/" + key].push_back({&operation, std::move(meets)});
  };
  const std::string version = operation.version;
  const auto has = [version](const Versions& versions) {
    return std::any_of(versions.begin(), versions.end(), [&](const Version& one) { return one.id == version; });
  };
  switch (operation.kind) {
    case Operation::Kind::kCommit:
      if (operation.refused) {
        const Operation::Change& change = operation.changes.front();  // the only one with a condition
        add(change.key, [change](const Versions& versions) {
          const Version* current = Current(versions);
          return change.if_none_match ? current != nullptr : !current || current->etag != change.if_match_etag;
        });
        return;
      }
      for (const Operation::Change& change : operation.changes) {
        if (change.is_put || versioned_(operation.bucket)) {
          Complain(operation.bucket + "/" + change.key, operation, "it is not in the log");
        }
        add(change.key, [](const Versions& versions) { return Current(versions) == nullptr; });
      }
      return;
    case Operation::Kind::kRead:
      add(operation.key, [version, content_of = operation.content_of](const Versions& versions) {
        const Version* current = Current(versions);
        if (!current || version.empty()) return !current && version.empty();
        return current->id == version && (content_of < 0 || current->put_by == content_of);
      });
      return;
    case Operation::Kind::kReadVersion:
      add(operation.key, [version, content_of = operation.content_of, is_marker = operation.is_marker](const Versions& versions) {
        const auto found = std::find_if(versions.begin(), versions.end(), [&](const Version& one) { return one.id == version; });
        if (found == versions.end()) return content_of < 0 && !is_marker;
        return found->is_marker == is_marker && (is_marker || found->put_by == content_of);
      });
      return;
    case Operation::Kind::kDeleteVersion:
      if (operation.deleted) Complain(operation.bucket + "/" + operation.key, operation, "it is not in the log");
      add(operation.key, [has](const Versions& versions) { return !has(versions); });
      return;
    case Operation::Kind::kListVersions:
      add(operation.key, [listed = operation.listed](const Versions& versions) {
        return std::equal(versions.begin(), versions.end(), listed.begin(), listed.end(),
                          [](const Version& one, const auto& other) { return one.id == other.second; });
      });
      return;
    case Operation::Kind::kList:
      return;  // see CheckList
  }
}

std::vector<std::string> ModelHistory::Check() {
  for (auto& [name, states] : states_) CheckKey(name, states);
  for (const auto& [name, reads] : reads_) {
    if (!states_.contains(name)) states_[name] = {State()};
    CheckReads(name, states_[name]);
  }
  for (const Operation& operation : operations_) {
    if (operation.kind == Operation::Kind::kList) CheckList(operation);
  }
  return complaints_;
}

// The order of the log must be one that the clock allows: who ended before another began comes first.
void ModelHistory::CheckKey(const std::string& name, States& states) {
  int64_t latest = 0, earliest = INT64_MAX;
  for (State& state : states) {
    if (state.by) latest = std::max(latest, state.by->start_ns);
    state.latest_start_ns = latest;
    if (state.by && state.by->end_ns < latest) Complain(name, *state.by, "it ended before an earlier write of the log began");
  }
  for (auto state = states.rbegin(); state != states.rend(); ++state) {
    if (state->by) earliest = std::min(earliest, state->by->end_ns);
    state->earliest_end_ns = state->by ? earliest : 0;
  }
}

// The first and the last state that an operation can have met.
std::pair<size_t, size_t> ModelHistory::Window(const States& states, const Operation& operation) const {
  const auto first = std::partition_point(states.begin(), states.end(), [&](const State& state) { return state.earliest_end_ns < operation.start_ns; });
  const auto last = std::partition_point(states.begin(), states.end(), [&](const State& state) { return state.latest_start_ns <= operation.end_ns; });
  return {static_cast<size_t>(std::max<std::ptrdiff_t>(first - states.begin() - 1, 0)), static_cast<size_t>(last - states.begin() - 1)};
}

// Gives each read the earliest state that fits, but none before the state of a read that had ended when it began.
void ModelHistory::CheckReads(const std::string& name, const States& states) {
  std::vector<Read>& reads = reads_[name];
  std::sort(reads.begin(), reads.end(), [](const Read& a, const Read& b) { return a.by->start_ns < b.by->start_ns; });
  using Ended = std::pair<int64_t, size_t>;  // when, and the state
  std::priority_queue<Ended, std::vector<Ended>, std::greater<>> ended;
  size_t floor = 0;
  for (const Read& read : reads) {
    for (; !ended.empty() && ended.top().first < read.by->start_ns; ended.pop()) floor = std::max(floor, ended.top().second);
    const auto [first, last] = Window(states, *read.by);
    size_t at = std::max(first, floor);
    while (at <= last && !read.meets(states[at].versions)) ++at;
    if (at > last) Complain(name, *read.by, "no state that it can have met explains it");
    else ended.emplace(read.by->end_ns, at);
  }
}

const ModelHistory::State& ModelHistory::StateAt(const States& states, int64_t sequence) const {
  const auto after = std::partition_point(states.begin(), states.end(), [&](const State& state) { return state.sequence <= sequence; });
  return *(after - 1);
}

// A list shows all keys of its bucket at one moment.
void ModelHistory::CheckList(const Operation& list) {
  const std::map<std::string, std::string> listed(list.listed.begin(), list.listed.end());
  std::set<int64_t> moments;
  std::vector<std::pair<const States*, std::string>> keys;  // and the version shown
  int64_t not_before = 0;
  for (const auto& [name, states] : states_) {
    if (!name.starts_with(list.bucket + "/")) continue;
    const auto shown = listed.find(name.substr(list.bucket.size() + 1));
    keys.emplace_back(&states, shown == listed.end() ? "" : shown->second);
    const auto [first, last] = Window(states, list);
    for (size_t i = first; i <= last; ++i) moments.insert(states[i].sequence);
    not_before = std::max(not_before, states[first].sequence);
  }
  const bool explained = std::any_of(moments.lower_bound(not_before), moments.end(), [&](int64_t moment) {
    return std::all_of(keys.begin(), keys.end(), [&](const auto& key) {
      const Version* current = Current(StateAt(*key.first, moment).versions);
      return (current ? current->id : "") == key.second;
    });
  });
  if (!explained) complaints_.push_back("no moment explains this list: " + Describe(list));
}

std::map<std::string, ModelHistory::Versions> ModelHistory::FinalState() const {
  std::map<std::string, Versions> last;
  for (const auto& [name, states] : states_) last[name] = states.back().versions;
  return last;
}

void ModelHistory::Complain(const std::string& name, const Operation& operation, const std::string& what) {
  constexpr size_t kMost = 10;
  if (complaints_.size() < kMost) complaints_.push_back(name + ": " + what + ": " + Describe(operation) + "\n" + HistoryOf(name, operation));
}

std::string ModelHistory::HistoryOf(const std::string& name, const Operation& around) const {
  constexpr int64_t kAroundNs = 50'000'000;
  const size_t slash = name.find('/');
  const std::string bucket = name.substr(0, slash), key = name.substr(slash + 1);
  std::vector<const Operation*> operations;
  for (const Operation& operation : operations_) {
    const bool near = operation.start_ns < around.end_ns + kAroundNs && operation.end_ns > around.start_ns - kAroundNs;
    const bool touches = operation.key == key || std::any_of(operation.changes.begin(), operation.changes.end(),
                                                             [&](const auto& change) { return change.key == key; });
    if (near && touches && operation.bucket == bucket) operations.push_back(&operation);
  }
  std::sort(operations.begin(), operations.end(), [](const auto* a, const auto* b) { return a->start_ns < b->start_ns; });
  std::string history = "history of the key around it:\n";
  for (const Operation* operation : operations) history += "  " + Describe(*operation) + "\n";
  return history;
}

}  // namespace tarn::object_store
