#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/object_store/versioned_store.h"

namespace tarn::object_store {

/// One call that a thread made, with when it began and ended, and what it said.
struct Operation {
  enum class Kind { kCommit, kRead, kReadVersion, kList, kListVersions, kDeleteVersion } kind = Kind::kRead;
  int64_t id = 0;
  int64_t start_ns = 0, end_ns = 0;
  std::string bucket;
  std::string key;  ///< of all but a list

  /// A put (with the version that it made) or a delete (with that of the marker) that is part of a commit.
  struct Change {
    std::string key;
    bool is_put = false;
    bool if_none_match = false;
    std::string if_match_etag;
    std::string etag;     ///< of what was put
    std::string version;  ///< empty: the commit was refused, or a delete made no marker
  };
  std::vector<Change> changes;
  bool refused = false;       ///< for its conditions
  std::string commit_id;      ///< of a commit that was not refused
  std::string version;        ///< asked for, or read; empty: there was nothing to read
  int64_t content_of = -1;    ///< the operation whose content was read
  bool is_marker = false;     ///< what kReadVersion was told of the version
  bool deleted = false;       ///< what kDeleteVersion said
  std::vector<std::pair<std::string, std::string>> listed;  ///< keys and versions; of kListVersions in order
};

/// The reference: what a key holds after each write to it, in the order of the event log.
class ModelHistory {
 public:
  struct Version {
    std::string id, etag;
    bool is_marker = false;
    int64_t put_by = -1;
  };
  using Versions = std::vector<Version>;  ///< the newest first

  /// Replays the log. `versioned` says which buckets keep versions.
  ModelHistory(const std::deque<Operation>& operations, const std::vector<Event>& log, std::function<bool(const std::string&)> versioned);

  /// Checks every operation against the states that it can have met. Returns complaints, each with the key's history.
  std::vector<std::string> Check();

  /// The last state of each key that was ever written: "<bucket>/<key>" to its versions.
  std::map<std::string, Versions> FinalState() const;

 private:
  struct State {
    const Operation* by = nullptr;  ///< null: nothing was written yet
    int64_t sequence = 0;           ///< of the write's last event
    Versions versions;
    int64_t latest_start_ns = 0;    ///< of this and all earlier writes
    int64_t earliest_end_ns = 0;    ///< of this and all later writes
  };
  using States = std::vector<State>;
  using Meets = std::function<bool(const Versions&)>;
  struct Read {
    const Operation* by;
    Meets meets;
  };

  void Apply(const Operation& operation, const std::vector<Event>& events);
  void ApplyChange(const Operation& operation, const Operation::Change& change, std::vector<std::string>& expected, Versions& now);
  void ApplyDeleteVersion(const Operation& operation, std::vector<std::string>& expected, Versions& now);
  void CheckKey(const std::string& name, States& states);
  void CheckReads(const std::string& name, const States& states);
  void CheckList(const Operation& list);
  std::pair<size_t, size_t> Window(const States& states, const Operation& operation) const;
  const State& StateAt(const States& states, int64_t sequence) const;
  void CollectReads(const Operation& operation);
  void Complain(const std::string& name, const Operation& operation, const std::string& what);
  std::string HistoryOf(const std::string& name, const Operation& around) const;

  const std::deque<Operation>& operations_;
  std::function<bool(const std::string&)> versioned_;
  std::map<std::string, States> states_;
  std::map<std::string, std::vector<Read>> reads_;
  std::vector<std::string> complaints_;
};

}  // namespace tarn::object_store
