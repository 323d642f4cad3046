#pragma once

#include <cstddef>
#include <functional>

namespace tarn::catalog {

/// Hands the numbers from 0 to `count` - 1 out in their order, each to the first of `threads` threads (this
/// one is the first of them) that has nothing to do: who works long on one keeps no other waiting. `work`
/// gets the number of its thread, from 0 on, and that of the item; once it returns false, no more are handed
/// out. Returns when all threads are done.
void ShareWork(size_t count, size_t threads, const std::function<bool(size_t thread, size_t item)>& work);

}  // namespace tarn::catalog
