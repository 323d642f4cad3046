#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace tarn::score {

/// Compares answers about CSV files with what is true of them, and counts.
class Scoreboard {
 public:
  explicit Scoreboard(bool shows_misses) : shows_misses_(shows_misses) {}

  /// `answer` has the members of a truth file that it knows; null: the file was not read. `text` is the
  /// file's, in UTF-8.
  void Compare(const std::string& file, const nlohmann::json& truth, const nlohmann::json& answer,
               const std::string& text);

  struct Tally {
    int right = 0, all = 0;
    double percent() const { return 100.0 * right / (all == 0 ? 1 : all); }
  };
  const std::map<std::string, Tally>& tallies() const { return tallies_; }

 private:
  void Count(const std::string& file, const std::string& what, const nlohmann::json& truth,
             const nlohmann::json& answer, bool right);

  const bool shows_misses_;
  std::map<std::string, Tally> tallies_;
};

}  // namespace tarn::score
