// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/redacted_command.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using namespace perjoule;

namespace {

std::string redacted(const std::vector<std::string>& arguments) {
  std::string cmdline;
  for (const std::string& argument : arguments) cmdline += argument + '\0';
  return detail::redacted_command(cmdline);
}

}  // namespace

TEST_CASE("a command shows no folder", "[engine][redacted]") {
  CHECK(redacted({"/home/ada/build/bench", "/data/ada/digits.bin", "--out=/home/ada/x.json",
                  "-v"}) == "bench digits.bin --out=x.json -v");
}

TEST_CASE("a command shows no secret", "[engine][redacted]") {
  CHECK(redacted({"bench", "--token=abc123"}) == "bench --token=<redacted>");
  CHECK(redacted({"bench", "--token", "abc123", "-v"}) == "bench --token <redacted> -v");
  CHECK(redacted({"bench", "--API-Key", "abc123"}) == "bench --API-Key <redacted>");
  CHECK(redacted({"bench", "--db-password=a=b/c"}) == "bench --db-password=<redacted>");
  CHECK(redacted({"bench", "--auth", "user=ada:abc123"}) == "bench --auth <redacted>");
  CHECK(redacted({"bench", "-p", "hunter2", "-v"}) == "bench -p <redacted> -v");
  CHECK(redacted({"bench", "https://ada:hunter2@example.org/a?sig=hunter2"}) ==
        "bench 'https://<redacted>@example.org/a?<redacted>'");
  CHECK(redacted({"bench", "ada:hunter2@example.org"}) == "bench <redacted>@example.org");
  CHECK(redacted({"curl", "-H", "Authorization: Bearer hunter2", "-v"}) ==
        "curl -H 'Authorization: Bearer <redacted>' -v");
  CHECK(redacted({"curl", "-H", "X-Api-Key: hunter2"}) == "curl -H 'X-Api-Key: <redacted>'");
  CHECK(redacted({"sh", "-c", "cd /home/ada/x; HF_TOKEN=hunter2 ./run --password hunter2 -v"}) ==
        "sh -c 'cd x; HF_TOKEN=<redacted> run --password <redacted> -v'");
}

TEST_CASE("a secret is hidden to its end", "[engine][redacted]") {
  CHECK(redacted({"bench", "--token", "abc 123", "-v"}) == "bench --token <redacted> -v");
  CHECK(redacted({"sh", "-c", "TOKEN='abc 123' run --password \"abc 123\" -v"}) ==
        "sh -c 'TOKEN=<redacted> run --password <redacted> -v'");
  CHECK(redacted({"curl", "-H", "Authorization: Token hunter2 more", "-v"}) ==
        "curl -H 'Authorization: <redacted>' -v");
  CHECK(redacted({"curl", "-H", "Cookie: a=b; session=hunter2"}) == "curl -H 'Cookie: <redacted>'");
  CHECK(redacted({"sh", "-c", "curl -H \"Authorization: Token hunter2\" host"}) ==
        "sh -c 'curl -H \"Authorization: <redacted>\" host'");
  CHECK(redacted({"curl", "--header=Authorization:hunter2"}) ==
        "curl --header=Authorization:<redacted>");
  CHECK(redacted({"python3", "-c", "run({\"api_key\": \"hunter2\", \"n\": 3})"}) ==
        "python3 -c 'run({\"api_key\": <redacted>, \"n\": 3})'");
}

TEST_CASE("a user's password is hidden as curl takes it", "[engine][redacted]") {
  CHECK(redacted({"curl", "-u", "ada:hunter2", "host"}) == "curl -u <redacted> host");
  CHECK(redacted({"curl", "--user=ada:hunter2"}) == "curl --user=<redacted>");
  CHECK(redacted({"python3", "-u", "train.py"}) == "python3 -u train.py");
}

TEST_CASE("a home folder is nobody's", "[engine][redacted]") {
  CHECK(redacted({"bench", "/home/ada", "/Users/ada/", "~ada", "~/x", "--cache=/home/ada"}) ==
        "bench '~' '~' '~' x '--cache=~'");
  CHECK(redacted({"sh", "-c", "cd /home/ada; ./run"}) == "sh -c 'cd ~; run'");
  CHECK(redacted({"bench", "file:///home/ada/x.json", "https://host/x#token=hunter2"}) ==
        "bench file://x.json 'https://host/x#<redacted>'");
}

TEST_CASE("a variable on the command line whose name speaks of a secret is hidden",
          "[engine][redacted]") {
  CHECK(redacted({"bench", "HF_TOKEN=abc123"}) == "bench HF_TOKEN=<redacted>");
  CHECK(redacted({"bench", "API_KEY=abc123"}) == "bench API_KEY=<redacted>");
}

TEST_CASE("what is no secret stays in a command", "[engine][redacted]") {
  CHECK(redacted({"bench", "--seed=7", "--model", "mlp", "BATCH=8", "keyboard.wav"}) ==
        "bench --seed=7 --model mlp BATCH=8 keyboard.wav");
  CHECK(redacted({}).empty());
  CHECK(redacted({"bench", "--tokenizer", "bert", "--max-tokens=5", "--passes", "3"}) ==
        "bench --tokenizer bert --max-tokens=5 --passes 3");
}

TEST_CASE("a long command is whole, to its last argument", "[engine][redacted]") {
  std::vector<std::string> arguments{"bench"};
  std::string whole = "bench";
  for (int i = 0; i < 1000; ++i) {
    arguments.push_back("--input-" + std::to_string(i));
    whole += " " + arguments.back();
  }
  CHECK(redacted(arguments) == whole);
  const std::string option = "--" + std::string(300, 'x');
  CHECK(redacted({"bench", option + "-key=abc123"}) == "bench " + option + "-key=<redacted>");
}

TEST_CASE("the pattern and the pointer of a quality stay as they are", "[engine][redacted]") {
  CHECK(redacted({"/usr/bin/perjoule", "run", "-q", "accuracy=/accuracy ([0-9.]+)/", "--",
                  "eval"}) == "perjoule run -q 'accuracy=/accuracy ([0-9.]+)/' -- eval");
  CHECK(redacted({"perjoule", "-q", "wer=/wer: (.*)/home/", "--"}) ==
        "perjoule -q 'wer=/wer: (.*)/home/' --");
  CHECK(redacted({"perjoule", "-q", "loss=/loss/"}) == "perjoule -q loss=/loss/");
  CHECK(redacted({"perjoule", "-q", "acc=@/home/ada/out.json:/metrics/acc"}) ==
        "perjoule -q acc=@out.json:/metrics/acc");
  // A folder is none.
  CHECK(redacted({"bench", "--data=/home/ada/data/"}) == "bench --data=");
}

TEST_CASE("a command can be given to a shell again", "[engine][redacted]") {
  CHECK(redacted({"sh", "-c", "echo 'a b'; exit 3"}) == "sh -c 'echo '\\''a b'\\''; exit 3'");
  CHECK(redacted({"echo", "", "a*"}) == "echo '' 'a*'");
}
