#include "services/extract/sources/spotify/decisions.h"

#include <fstream>
#include <sstream>
#include <unordered_set>

namespace tarn::extract::spotify {
namespace {

const char kUnchangedFile[] = "unchanged";
const char kWholeFile[] = "whole";

/// The whole lines of a file; what a dying process left of a last one does not count.
std::vector<std::string> Lines(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line) && !in.eof();) lines.push_back(line);
  return lines;
}

void Append(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary | std::ios::app) << text << std::flush;
}

std::string Join(const std::vector<std::string>& ids) {
  std::string line;
  for (const std::string& id : ids) line += (line.empty() ? "" : " ") + id;
  return line;
}

}  // namespace

Decisions::Decisions(std::filesystem::path scratch) : scratch_(std::move(scratch)) {
  for (const std::string& line : Lines(scratch_ / kUnchangedFile)) unchanged_.insert(line);
  for (const std::string& line : Lines(scratch_ / kWholeFile)) whole_.insert(line);
}

void Decisions::NoteUnchanged(const std::string& stream) {
  if (unchanged_.insert(stream).second) Append(scratch_ / kUnchangedFile, stream + "\n");
}

void Decisions::NoteWhole(const std::string& stream) {
  if (whole_.insert(stream).second) Append(scratch_ / kWholeFile, stream + "\n");
}

std::vector<std::vector<std::string>> Decisions::PlanPages(const std::string& kind,
                                                           const std::vector<std::string>& ids, size_t max) {
  std::vector<std::vector<std::string>> pages;
  std::unordered_set<std::string> planned;
  for (const std::string& line : Lines(scratch_ / kind)) {
    auto& page = pages.emplace_back();
    std::istringstream words(line);
    for (std::string id; words >> id;) {
      planned.insert(id);
      page.push_back(id);
    }
  }
  const size_t before = pages.size();
  for (const std::string& id : ids) {
    if (planned.contains(id)) continue;
    if (pages.size() == before || pages.back().size() == max) pages.emplace_back();
    pages.back().push_back(id);
  }
  std::string more;
  for (size_t i = before; i < pages.size(); ++i) more += Join(pages[i]) + "\n";
  if (!more.empty()) Append(scratch_ / kind, more);
  return pages;
}

}  // namespace tarn::extract::spotify
