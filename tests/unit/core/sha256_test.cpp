// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/sha256.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "scratch.hpp"

using namespace perjoule;
using detail::Sha256;
using detail::sha256_hex;

TEST_CASE("hashes are those of SHA-256", "[core]") {
  // FIPS 180-2, B.1 to B.3, and the empty message of NIST's test vectors (SHA256ShortMsg.rsp).
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a text has the same SHA-256 in whatever parts it comes", "[core]") {
  std::string text;
  for (std::size_t size = 0; size < 300; ++size) {
    Sha256 hash;
    const std::string_view all = text;
    for (std::size_t i = 0, part = 1; i < size; i += part, part = part % 71 + 7) {
      hash.add(all.substr(i, part));
    }
    CHECK(hash.hex() == sha256_hex(text));
    text += static_cast<char>('a' + size % 23);
  }
}

TEST_CASE("a file has the SHA-256 of its content, and a missing one has none", "[core]") {
  const scratch::Folder folder;
  scratch::put_file(folder / "weights", std::string(1'000'000, 'a'));
  CHECK(detail::sha256_of_file(folder / "weights") == sha256_hex(std::string(1'000'000, 'a')));
  CHECK_FALSE(detail::sha256_of_file(folder / "nothing").has_value());
  CHECK_FALSE(detail::sha256_of_file(folder / "").has_value());
}
