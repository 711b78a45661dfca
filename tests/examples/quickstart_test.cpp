// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "quickstart/digits.hpp"
#include "quickstart/files.hpp"
#include "quickstart/mlp.hpp"
#include "quickstart/random.hpp"
#include "quickstart/variants.hpp"

namespace {

using namespace quickstart;

/// A fresh current folder with PERJOULE_DATA_DIR unset; both are restored at the end.
class Folder {
 public:
  Folder() : before_(std::filesystem::current_path()) {
    std::string name = (std::filesystem::temp_directory_path() / "quickstart_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
    std::filesystem::current_path(path_);
    if (const char* value = ::getenv("PERJOULE_DATA_DIR")) {
      had_variable_ = true;
      variable_ = value;
      ::unsetenv("PERJOULE_DATA_DIR");
    }
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::current_path(before_, ignored);
    std::filesystem::remove_all(path_, ignored);
    ::unsetenv("PERJOULE_DATA_DIR");
    if (had_variable_) ::setenv("PERJOULE_DATA_DIR", variable_.c_str(), 1);
  }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
  bool had_variable_ = false;
  std::string variable_;
};

template <class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

/// A row that is identified by its first pixel; the other 63 are 0.
std::string row(int first_pixel, int label) {
  std::string text = std::to_string(first_pixel);
  for (int pixel = 1; pixel < 64; ++pixel) text += ",0";
  return text + "," + std::to_string(label) + "\n";
}

std::string message_for_rows(const std::string& text, std::size_t expected_rows) {
  write_whole("d.csv", text);
  return message_of([&] { (void)load_digits("d.csv", "handmade", expected_rows); });
}

std::vector<float> first_pixels(const std::vector<Image>& images) {
  std::vector<float> pixels;
  for (const Image& image : images) pixels.push_back(image.pixels[0]);
  return pixels;
}

Image image_with(std::size_t pixel, float value, std::size_t other = 0, float other_value = 0.0F) {
  Image image{};
  image.pixels[other] = other_value;
  image.pixels[pixel] = value;
  return image;
}

/// Unit u copies pixel u times `gain`, digit d reads unit d: the brightest of pixels 0..9 wins.
Mlp brightest_pixel(float gain) {
  Mlp mlp{16, std::vector<float>(16 * 64), std::vector<float>(16), std::vector<float>(10 * 16),
          std::vector<float>(10)};
  for (std::size_t unit = 0; unit < 16; ++unit) mlp.w1[unit * 64 + unit] = gain;
  for (std::size_t digit = 0; digit < 10; ++digit) mlp.w2[digit * 16 + digit] = 1.0F;
  return mlp;
}

template <class Variant>
void check_same_after_loading(const Variant& made, const std::vector<Image>& images) {
  made.save("weights.bin");
  const Variant loaded = Variant::load("weights.bin");
  for (const Image& image : images) REQUIRE(loaded(image) == made(image));
  CHECK(loaded.parameters() == made.parameters());
  CHECK(loaded.resident_bytes() == made.resident_bytes());
}

template <class Variant>
double accuracy(const Variant& model, const Digits& digits) {
  double right = 0.0;
  for (std::size_t item = 0; item < digits.test_images.size(); ++item) {
    if (model(digits.test_images[item]) == digits.test_labels[item]) right += 1.0;
  }
  return right / static_cast<double>(digits.test_images.size());
}

template <class Variant>
void check_refuses_another_length(const Variant& made) {
  made.save("weights.bin");
  const std::string whole = read_whole("weights.bin", "");
  write_whole("weights.bin", whole.substr(0, whole.size() - 1));
  const std::string payload = std::to_string(whole.size() - 12);
  CHECK(message_of([] { (void)Variant::load("weights.bin"); }) ==
        "truncated weight file weights.bin: " + std::to_string(whole.size() - 13) +
            " bytes after the header, expected " + payload +
            "; delete it and train the model again");
  write_whole("weights.bin", whole + "x");
  CHECK(message_of([] { (void)Variant::load("weights.bin"); }) ==
        "overlong weight file weights.bin: " + std::to_string(whole.size() - 11) +
            " bytes after the header, expected " + payload +
            "; delete it and train the model again");
}

}  // namespace

TEST_CASE("the generator gives the published splitmix64 sequence", "[examples][quickstart]") {
  // Rosetta Code, "Pseudo-random numbers/Splitmix64", seed 1234567.
  Random random(1234567);
  CHECK(random.next() == 6457827717110365317U);
  CHECK(random.next() == 3203168211198807973U);
  CHECK(random.next() == 9817491932198370423U);
}

TEST_CASE("every third row of a class goes to the test half", "[examples][quickstart]") {
  const Folder folder;
  // Class 0 has rows 1 2 4 6 7, class 9 has rows 3 5.
  write_whole("d.csv",
              row(1, 0) + row(2, 0) + row(3, 9) + row(4, 0) + row(5, 9) + row(6, 0) + row(16, 0));
  const Digits digits = load_digits("d.csv", "handmade", 7);
  CHECK(digits.test_labels == std::vector<int>{0, 9, 0});
  CHECK(digits.train_labels == std::vector<int>{0, 0, 9, 0});
  CHECK(first_pixels(digits.test_images) == std::vector<float>{0.0625F, 0.1875F, 0.375F});
  CHECK(first_pixels(digits.train_images) == std::vector<float>{0.125F, 0.25F, 0.3125F, 1.0F});
  CHECK(digits.source == "handmade");
}

TEST_CASE("the class sizes of the UCI file give 602 test images", "[examples][quickstart]") {
  const std::array<std::size_t, 10> sizes{178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
  const std::array<std::size_t, 10> expected{60, 61, 59, 61, 61, 61, 61, 60, 58, 60};
  std::vector<int> labels;
  for (std::size_t digit = 0; digit < 10; ++digit) {
    labels.insert(labels.end(), sizes[digit], static_cast<int>(digit));
  }
  const Digits digits = stratified_split(std::vector<Image>(labels.size()), labels, "");
  std::array<std::size_t, 10> found{};
  for (const int label : digits.test_labels) ++found[static_cast<std::size_t>(label)];
  CHECK(found == expected);
  CHECK(digits.test_images.size() == 602);
  CHECK(digits.train_images.size() == 1195);
  CHECK(digits.train_labels.size() == 1195);
}

TEST_CASE("a malformed row is named by file, line and column", "[examples][quickstart]") {
  const Folder folder;
  const std::string start = "malformed digits row in d.csv line 2: ";
  const std::string next = "; delete it and run scripts/data digits again";
  const std::string good = row(1, 1);

  CHECK(message_for_rows(good + "1,2,3\n", 2) == start + "3 columns, expected 65" + next);
  CHECK(message_for_rows(good + "0," + good, 2) == start + "66 columns, expected 65" + next);
  CHECK(message_for_rows(good + "\n" + good, 3) == start + "1 columns, expected 65" + next);
  CHECK(message_for_rows(good + row(17, 1), 2) ==
        start + "column 1 holds 17, outside 0..16" + next);
  CHECK(message_for_rows(good + row(-1, 1), 2) ==
        start + "column 1 holds -1, outside 0..16" + next);
  CHECK(message_for_rows(good + row(1, 10), 2) == start + "label 10 is outside 0..9" + next);
  CHECK(message_for_rows(good + row(1, -1), 2) == start + "label -1 is outside 0..9" + next);
  CHECK(message_for_rows(good + "x" + good, 2) == start + "column 1 is not a whole number" + next);
  CHECK(message_for_rows(good + "1.5" + good.substr(1), 2) ==
        start + "column 1 is not a whole number" + next);
  CHECK(message_for_rows(good + good.substr(0, good.size() - 1) + "x\n", 2) ==
        start + "column 65 is not a whole number" + next);
  CHECK(message_for_rows(good + good.substr(0, good.size() - 2), 2) ==
        start + "column 65 is not a whole number" + next);
}

TEST_CASE("a short, empty or absent digits file is an error", "[examples][quickstart]") {
  const Folder folder;
  const std::string next = "; delete it and run scripts/data digits again";
  CHECK(message_for_rows("", 0) == "empty digits file d.csv" + next);
  CHECK(message_for_rows(row(1, 1), 2) ==
        "incomplete or foreign digits file d.csv: 1 rows, expected 2" + next);
  CHECK(message_of([] { (void)load_digits("d.csv", "cut"); }) ==
        "incomplete or foreign digits file d.csv: 1 rows, expected 1797" + next);
  CHECK(message_of([] { (void)load_digits("none.csv", ""); }) ==
        "cannot read none.csv: No such file or directory; run scripts/data digits to fetch it");
  std::filesystem::create_directory("folder.csv");
  CHECK(message_of([] { (void)load_digits("folder.csv", ""); }) ==
        "cannot read folder.csv: Is a directory; run scripts/data digits to fetch it");
}

TEST_CASE("a last row without a newline counts", "[examples][quickstart]") {
  const Folder folder;
  const std::string text = row(1, 1) + row(2, 2);
  write_whole("d.csv", text.substr(0, text.size() - 1));
  CHECK(load_digits("d.csv", "", 2).test_labels == std::vector<int>{1, 2});
}

TEST_CASE("digits are looked for in the folder asked for, and only there",
          "[examples][quickstart]") {
  const Folder folder;
  CHECK(find_digits().empty());
  std::filesystem::create_directories("out/data");
  write_whole("out/data/digits.csv", row(1, 1));
  CHECK(find_digits() == "out/data/digits.csv");
  ::setenv("PERJOULE_DATA_DIR", "elsewhere", 1);
  CHECK(message_of([] { (void)find_digits(); }) ==
        "no digits at elsewhere/digits.csv, which PERJOULE_DATA_DIR asks for; "
        "put digits.csv there, or unset PERJOULE_DATA_DIR and run scripts/data digits");
  std::filesystem::create_directory("elsewhere");
  write_whole("elsewhere/digits.csv", row(1, 1));
  CHECK(find_digits() == "elsewhere/digits.csv");
}

TEST_CASE("generated digits are balanced, named and follow their seed", "[examples][quickstart]") {
  const Digits digits = generated_digits(7);
  CHECK(digits.source == "generated digits (seed 7)");
  CHECK(digits.train_images.size() == 1200);
  std::array<int, 10> found{};
  for (const int label : digits.test_labels) ++found[static_cast<std::size_t>(label)];
  CHECK(found == std::array<int, 10>{60, 60, 60, 60, 60, 60, 60, 60, 60, 60});

  const Digits again = generated_digits(7);
  const Digits other = generated_digits(8);
  bool is_same = true;
  bool is_other_same = true;
  bool is_on_scale = true;
  for (std::size_t item = 0; item < 600; ++item) {
    is_same = is_same && digits.test_images[item].pixels == again.test_images[item].pixels;
    is_other_same =
        is_other_same && digits.test_images[item].pixels == other.test_images[item].pixels;
    for (const float pixel : digits.test_images[item].pixels) {
      const auto steps = static_cast<int>(pixel * 16.0F);
      is_on_scale =
          is_on_scale && steps >= 0 && steps <= 16 && static_cast<float>(steps) / 16.0F == pixel;
    }
  }
  CHECK(is_same);
  CHECK_FALSE(is_other_same);
  CHECK(is_on_scale);
}

TEST_CASE("bf16 rounds to nearest and ties to even", "[examples][quickstart]") {
  CHECK(to_bf16(1.0F) == 0x3F80);
  CHECK(to_bf16(-2.0F) == 0xC000);
  CHECK(to_bf16(0.0F) == 0x0000);
  CHECK(to_bf16(1.00390625F) == 0x3F80);  // 1 + 2^-8 is halfway between 3F80 and 3F81: even below
  CHECK(to_bf16(1.01171875F) == 0x3F82);  // halfway between 3F81 and 3F82: even above
  CHECK(to_bf16(std::bit_cast<float>(0x3F808001U)) == 0x3F81);  // just above a tie
  CHECK(to_bf16(std::bit_cast<float>(0x3F817FFFU)) == 0x3F81);  // just below one
  CHECK(to_bf16(std::bit_cast<float>(0x3FFFFFFFU)) == 0x4000);  // the carry reaches the exponent
  CHECK(from_bf16(0x4049) == 3.140625F);
  CHECK(from_bf16(to_bf16(3.14159274F)) == 3.140625F);
}

TEST_CASE("int8 gives each row its own scale and rounds", "[examples][quickstart]") {
  const QuantizedRows rows = quantize_rows({127.0F, -50.0F, 1.25F, 0.75F,  //
                                            -254.0F, 3.0F, -3.0F, 100.0F,  //
                                            0.0F, 0.0F, 0.0F, 0.0F},
                                           4);
  CHECK(rows.values == std::vector<std::int8_t>{127, -50, 1, 1, -127, 2, -2, 50, 0, 0, 0, 0});
  CHECK(rows.scales[0] == 1.0F);
  CHECK(rows.scales[1] == 2.0F);
  // Converted back: 254 and 100 exactly; 3 becomes 4, off by half a scale.
  CHECK(rows.scales[1] * static_cast<float>(rows.values[5]) == 4.0F);
}

TEST_CASE("the int8 product sums in 32 bits", "[examples][quickstart]") {
  const std::vector<std::int8_t> weights(128, 127);
  const std::vector<std::int16_t> inputs(128, 255);
  CHECK(dot(weights.data(), inputs.data(), 128) == 4145280);  // 128 * 127 * 255
}

TEST_CASE("every variant computes what its weights say", "[examples][quickstart]") {
  // With a gain of 1000 an int8 variant that did not rescale its hidden units would see a tie of
  // clipped bytes and answer the lower digit.
  const float gain = GENERATE(1.0F, 1000.0F);
  const Mlp mlp = brightest_pixel(gain);
  const Image image = image_with(7, 0.125F, 3, 0.0625F);
  CHECK(Fp32(mlp)(image) == 7);
  CHECK(Bf16(mlp)(image) == 7);
  CHECK(Int8(mlp)(image) == 7);
  CHECK(Int8(mlp)(Image{}) == 0);
}

TEST_CASE("a hidden unit below zero is silent", "[examples][quickstart]") {
  Mlp mlp = brightest_pixel(1.0F);
  mlp.w1[5 * 64] = -1.0F;      // unit 5 sees minus pixel 0,
  mlp.w2[5 * 16 + 5] = -9.0F;  // and digit 5 would gain from it without the rectifier.
  const Image image = image_with(0, 1.0F);
  CHECK(Fp32(mlp)(image) == 0);
  CHECK(Int8(mlp)(image) == 0);
}

TEST_CASE("biases of both layers take part", "[examples][quickstart]") {
  Mlp mlp = brightest_pixel(1.0F);
  mlp.b1[4] = 2.0F;
  CHECK(Fp32(mlp)(image_with(1, 1.0F)) == 4);
  CHECK(Int8(mlp)(image_with(1, 1.0F)) == 4);
  mlp.b2[8] = 3.0F;
  CHECK(Fp32(mlp)(image_with(1, 1.0F)) == 8);
  CHECK(Int8(mlp)(image_with(1, 1.0F)) == 8);
}

TEST_CASE("rows of different size keep their own scale in int8", "[examples][quickstart]") {
  // Pixel 6 is brighter, but pixel 2 counts four times: 2 against 0.75. As bytes both weights are
  // 127, so only the scale of its row, of the first layer and then of the second, tells them apart.
  const Image image = image_with(6, 0.75F, 2, 0.5F);
  Mlp strong_unit = brightest_pixel(1.0F);
  strong_unit.w1[2 * 64 + 2] = 4.0F;
  CHECK(Int8(strong_unit)(image) == 2);
  Mlp strong_digit = brightest_pixel(1.0F);
  strong_digit.w2[2 * 16 + 2] = 4.0F;
  CHECK(Int8(strong_digit)(image) == 2);
  CHECK(Int8(brightest_pixel(1.0F))(image) == 6);
}

TEST_CASE("int8 activations are rounded and not cut", "[examples][quickstart]") {
  // 1/16 is 15.94 steps of 1/255: rounded 16 steps or 0.0627, cut 15 steps or 0.0588.
  Mlp mlp = brightest_pixel(1.0F);
  mlp.b2[2] = 0.0605F;
  CHECK(Int8(mlp)(image_with(6, 0.0625F)) == 6);
}

TEST_CASE("the gradient is the slope of the cross-entropy", "[examples][quickstart]") {
  // Central differences of the loss, computed here in double from the logits, are the reference.
  const Digits digits = generated_digits(3);
  Mlp mlp = train(digits, 16, 1, 1);
  const Image& image = digits.test_images[5];
  const int label = digits.test_labels[5];
  const auto loss = [&] {
    Activations activations;
    forward(mlp, image, activations);
    double total = 0.0;
    for (const float logit : activations.logits) total += std::exp(static_cast<double>(logit));
    return std::log(total) -
           static_cast<double>(activations.logits[static_cast<std::size_t>(label)]);
  };
  Mlp gradient{16, std::vector<float>(16 * 64), std::vector<float>(16), std::vector<float>(10 * 16),
               std::vector<float>(10)};
  add_gradient(mlp, image, label, gradient);
  double worst = 0.0;
  double largest = 0.0;
  for (auto part : {&Mlp::w1, &Mlp::b1, &Mlp::w2, &Mlp::b2}) {
    for (std::size_t index = 0; index < (mlp.*part).size(); ++index) {
      const float kept = (mlp.*part)[index];
      const float step = 0x1p-9F;
      (mlp.*part)[index] = kept + step;
      const double above = loss();
      (mlp.*part)[index] = kept - step;
      const double below = loss();
      (mlp.*part)[index] = kept;
      const double slope = (above - below) / (2.0 * static_cast<double>(step));
      worst = std::max(worst, std::fabs(slope - static_cast<double>((gradient.*part)[index])));
      largest = std::max(largest, std::fabs(slope));
    }
  }
  INFO("largest slope " << largest << ", worst difference " << worst);
  CHECK(largest > 0.05);
  CHECK(worst < 0.002);
}

TEST_CASE("a few epochs learn, and the same seed learns the same", "[examples][quickstart]") {
  const Folder folder;
  const Digits digits = generated_digits(1);
  const Mlp mlp = train(digits, 16, 5, 4);
  CHECK(accuracy(Fp32(mlp), digits) > 0.6);  // chance is 0.1
  CHECK(accuracy(Int8(mlp), digits) > 0.6);
  CHECK(train(digits, 16, 5, 4).w1 == mlp.w1);
  CHECK(train(digits, 16, 6, 4).w1 != mlp.w1);

  check_same_after_loading(Fp32(mlp), digits.test_images);
  check_same_after_loading(Bf16(mlp), digits.test_images);
  check_same_after_loading(Int8(mlp), digits.test_images);
  check_same_after_loading(Constant(4), digits.test_images);

  save(mlp, "mlp.bin");
  const Mlp loaded = load_mlp("mlp.bin");
  CHECK(loaded.hidden == 16);
  CHECK(loaded.w1 == mlp.w1);
  CHECK(loaded.b1 == mlp.b1);
  CHECK(loaded.w2 == mlp.w2);
  CHECK(loaded.b2 == mlp.b2);
}

TEST_CASE("bf16 weighs in memory twice what it weighs on disk", "[examples][quickstart]") {
  const Folder folder;
  // 16 * 64 + 16 + 10 * 16 + 10 = 1210 weights and biases; the header has 12 bytes.
  const Mlp mlp = brightest_pixel(1.0F);
  Bf16(mlp).save("bf16.bin");
  CHECK(std::filesystem::file_size("bf16.bin") == 12 + 2420);
  CHECK(Bf16::load("bf16.bin").resident_bytes() == 4840);
  CHECK(Bf16::load("bf16.bin").parameters() == 1210);

  Fp32(mlp).save("fp32.bin");
  CHECK(std::filesystem::file_size("fp32.bin") == 12 + 4840);
  CHECK(Fp32(mlp).resident_bytes() == 4840);

  // 1024 + 160 bytes of weights; 26 scales and 26 biases of 4 bytes.
  Int8(mlp).save("int8.bin");
  CHECK(std::filesystem::file_size("int8.bin") == 12 + 1392);
  CHECK(Int8::load("int8.bin").resident_bytes() == 1392);
  CHECK(Int8::load("int8.bin").parameters() == 1210);
}

TEST_CASE("the constant is the majority class, the lower one on a tie", "[examples][quickstart]") {
  CHECK(Constant::most_frequent({1, 7, 7, 3, 7, 1})(Image{}) == 7);
  CHECK(Constant::most_frequent({9, 2, 9, 2, 5})(Image{}) == 2);
  CHECK(Constant(3).parameters() == 1);
  CHECK(Constant(3).resident_bytes() == 1);
}

TEST_CASE("a weight file of another length is refused", "[examples][quickstart]") {
  const Folder folder;
  const Mlp mlp = brightest_pixel(1.0F);
  check_refuses_another_length(Fp32(mlp));
  check_refuses_another_length(Bf16(mlp));
  check_refuses_another_length(Int8(mlp));
  check_refuses_another_length(Constant(1));
}

TEST_CASE("a weight file that is not one is refused", "[examples][quickstart]") {
  const Folder folder;
  const std::string next = "; delete it and train the model again";
  const auto message = [] { return message_of([] { (void)Int8::load("w.bin"); }); };
  CHECK(message() ==
        "cannot read w.bin: No such file or directory; check the path, or train the model again");
  write_whole("w.bin", "QI08");
  CHECK(message() == "truncated weight file w.bin: 4 bytes, shorter than its header" + next);
  Bf16(brightest_pixel(1.0F)).save("w.bin");
  CHECK(message() == "wrong kind of weight file w.bin: it does not begin with 'QI08'" + next);

  Int8(brightest_pixel(1.0F)).save("w.bin");
  const std::string whole = read_whole("w.bin", "");
  std::string damaged = whole;
  damaged[4] = 2;
  write_whole("w.bin", damaged);
  CHECK(message() == "unknown version of weight file w.bin: version 2, expected 1" + next);
  damaged = whole;
  damaged[8] = 17;
  write_whole("w.bin", damaged);
  CHECK(message() == "damaged weight file w.bin: its header claims 17 hidden units" + next);

  Mlp infinite = brightest_pixel(1.0F);
  infinite.b2[9] = std::bit_cast<float>(0x7F800000U);
  const std::string not_finite =
      "damaged weight file w.bin: it holds a weight that is not finite" + next;
  Int8(infinite).save("w.bin");
  CHECK(message() == not_finite);
  save(infinite, "w.bin");
  CHECK(message_of([] { (void)load_mlp("w.bin"); }) == not_finite);
  Bf16(infinite).save("w.bin");
  CHECK(message_of([] { (void)Bf16::load("w.bin"); }) == not_finite);

  Constant(1).save("w.bin");
  std::string constant = read_whole("w.bin", "");
  constant.back() = 10;
  write_whole("w.bin", constant);
  CHECK(message_of([] { (void)Constant::load("w.bin"); }) ==
        "damaged weight file w.bin: it predicts 10, not a digit" + next);
}

TEST_CASE("a file that cannot be written leaves nothing behind", "[examples][quickstart]") {
  const Folder folder;
  const std::string next = "; check that its folder exists, is writable and has room";
  CHECK(message_of([] { Constant(1).save("none/w.bin"); }) ==
        "cannot write none/w.bin: No such file or directory" + next);
  std::filesystem::create_directory("w.bin");
  CHECK(message_of([] { Constant(1).save("w.bin"); }) ==
        "cannot write w.bin: Is a directory" + next);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(".")) {
    names.push_back(entry.path().filename().string());
  }
  CHECK(names == std::vector<std::string>{"w.bin"});
}

TEST_CASE("a width that cannot run is refused before training", "[examples][quickstart]") {
  const int hidden = GENERATE(-16, 0, 4, 20, 136);
  CHECK(message_of([hidden] { (void)train(Digits{}, hidden, 1); }) ==
        "cannot train a perceptron with " + std::to_string(hidden) +
            " hidden units; take 8 to 128 in steps of 8");
}

TEST_CASE("a width that int8 cannot run is refused", "[examples][quickstart]") {
  const Mlp mlp = train(generated_digits(1), 8, 1, 1);
  CHECK(message_of([&mlp] { (void)Int8(mlp); }) ==
        "cannot quantize a perceptron with 8 hidden units; take 16 to 128 in steps of 16");
}
