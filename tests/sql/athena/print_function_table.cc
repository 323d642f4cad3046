#include <cstdio>

#include "tests/sql/athena/function_table.h"

// Prints the table of docs/athena_dialect.md.
int main() { std::fputs(tarn::query::FunctionTable().c_str(), stdout); }
