# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Debian's cross compiler for 64-bit Arm, with qemu to run its output. The headers of Catch2 and nlohmann/json
# are those of the host; the host's C library must not be found before Arm's.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)
set(CMAKE_CXX_FLAGS_INIT "-idirafter /usr/include")
