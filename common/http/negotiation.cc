#include <algorithm>

#include "common/http/message.h"

namespace tarn::http {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts the part up to `separator` off the front of `rest`.
std::string_view TakePart(std::string_view& rest, char separator) {
  const size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = Trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// Thousandths, as the grammar of a weight allows three decimals: "0.5" is 500. Malformed weights count as 1.
int ParseWeight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 1000;
  int weight = (text[0] - '0') * 1000, unit = 100;
  for (size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') return 1000;
    weight += (text[i] - '0') * unit;
  }
  return std::min(weight, 1000);
}

struct MediaRange {
  std::string_view type;  // "text/csv", "text/*" or "*/*"
  int weight = 1000;
};

MediaRange ParseRange(std::string_view text) {
  MediaRange range;
  range.type = TakePart(text, ';');
  while (!text.empty()) {
    std::string_view parameter = TakePart(text, ';');
    const std::string_view name = TakePart(parameter, '=');
    if (EqualsIgnoringCase(name, "q")) range.weight = ParseWeight(parameter);
  }
  return range;
}

// How exactly a range names an offer: 3 exactly, 2 by "type/*", 1 by "*/*", 0 not at all.
int Specificity(std::string_view range, std::string_view offer) {
  std::string_view offered = offer;
  const std::string_view media_type = TakePart(offered, ';');
  if (EqualsIgnoringCase(range, media_type)) return 3;
  if (range == "*/*") return 1;
  if (!range.ends_with("/*")) return 0;
  const std::string_view prefix = range.substr(0, range.size() - 1);
  return EqualsIgnoringCase(prefix, media_type.substr(0, prefix.size())) ? 2 : 0;
}

// The most specific range that names the offer decides its weight (RFC 9110 section 12.5.1).
int WeightOf(std::string_view offer, std::string_view accept) {
  int weight = 0, best = 0;
  while (!accept.empty()) {
    const MediaRange range = ParseRange(TakePart(accept, ','));
    const int specificity = Specificity(range.type, offer);
    if (specificity <= best) continue;
    best = specificity;
    weight = range.weight;
  }
  return weight;
}

}  // namespace

std::optional<size_t> Negotiate(std::optional<std::string_view> accept,
                                const std::vector<std::string>& offers) {
  if (offers.empty()) return std::nullopt;
  if (!accept || Trim(*accept).empty()) return 0;
  std::optional<size_t> chosen;
  int best = 0;
  for (size_t i = 0; i < offers.size(); ++i) {
    const int weight = WeightOf(offers[i], *accept);
    if (weight <= best) continue;
    best = weight;
    chosen = i;
  }
  return chosen;
}

}  // namespace tarn::http
