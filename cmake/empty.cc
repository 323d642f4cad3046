// A source for the library that stands for the precompiled headers.
