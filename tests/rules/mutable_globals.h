// Finds variables that outlive a function and can change, by the shape of the text: what stands in
// a namespace, what a class or a function makes static, what a thread has of its own.
//
// It reads declarations as a person skims them, not as a compiler does: what it takes for one is
// shown by the tests in globals_test.cpp.
#pragma once

#include <string>
#include <vector>

namespace hubward::test {

struct MutableGlobal {
  int line = 0;      ///< 1-based
  std::string text;  ///< of its declaration, white space made one
};

std::vector<MutableGlobal> mutable_globals(const std::string& source);

}  // namespace hubward::test
