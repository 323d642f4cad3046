#include "common/ids/ulid.h"

#include <openssl/rand.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <mutex>

namespace tarn {
namespace {

constexpr std::string_view kCrockford = "0123456789abcdefghjkmnpqrstvwxyz";

// 128 bits: 48 of time, 80 of randomness; the randomness counts up within one millisecond.
struct UlidState {
  std::mutex mutex;
  uint64_t time_ms = 0;
  std::array<uint8_t, 10> random{};
};

void Refill(std::array<uint8_t, 10>& random) {
  const std::string fresh = RandomBytes(random.size());
  std::copy(fresh.begin(), fresh.end(), random.begin());
  random[0] &= 0x7f;  // room to count up
}

}  // namespace

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) std::abort();
  return bytes;
}

std::string ToHex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string NewUlid() {
  static UlidState state;
  std::array<uint8_t, 16> bits{};
  {
    const std::lock_guard lock(state.mutex);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto now_ms =
        static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    if (now_ms > state.time_ms) {
      state.time_ms = now_ms;
      Refill(state.random);
    } else {
      for (size_t i = state.random.size(); i-- > 0 && ++state.random[i] == 0;) {
      }
    }
    for (int i = 0; i < 6; ++i) bits[i] = static_cast<uint8_t>(state.time_ms >> (8 * (5 - i)));
    std::copy(state.random.begin(), state.random.end(), bits.begin() + 6);
  }
  std::string text(26, '0');
  // 26 digits of 5 bits hold 130 bits: the first digit has two leading zero bits.
  for (int digit = 0; digit < 26; ++digit) {
    int value = 0;
    for (int bit = 0; bit < 5; ++bit) {
      const int position = digit * 5 + bit - 2;
      const int set = position < 0 ? 0 : (bits[position / 8] >> (7 - position % 8)) & 1;
      value = value * 2 + set;
    }
    text[digit] = kCrockford[value];
  }
  return text;
}

}  // namespace tarn
