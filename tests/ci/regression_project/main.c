// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <stdio.h>

int main(void) {
  unsigned state = 1;
  for (unsigned i = 0; i < LOOPS; ++i) state = state * 1664525u + 1013904223u;
  printf("state %u\naccuracy %d\n", state, ACCURACY);
  return 0;
}
