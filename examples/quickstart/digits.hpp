// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "quickstart/files.hpp"
#include "quickstart/find_data.hpp"
#include "quickstart/random.hpp"

namespace quickstart {

inline constexpr std::size_t pixel_count = 64;
inline constexpr std::size_t class_count = 10;
inline constexpr int max_pixel_value = 16;
inline constexpr std::size_t uci_row_count = 1797;

/// One digit of 8 x 8 pixels.
///
/// @shape  pixels: [row, column], row-major, 0 (paper) to 1 (ink) in steps of 1/16
struct Image {
  std::array<float, pixel_count> pixels;
};

/// A data set in two halves, and its origin. `source` belongs under every table made with it:
/// numbers from two sources are not comparable.
struct Digits {
  std::vector<Image> train_images;
  std::vector<int> train_labels;
  std::vector<Image> test_images;
  std::vector<int> test_labels;
  std::string source;
};

/// Splits the images of each class in the given order: every third one, beginning with the first,
/// is for testing.
///
/// The file does not say who wrote which digit, so the same writers appear in both halves: the
/// accuracies hold for new digits by known writers and flatter a model that meets a new writer.
[[nodiscard]] inline Digits stratified_split(const std::vector<Image>& images,
                                             const std::vector<int>& labels, std::string source) {
  Digits digits;
  digits.source = std::move(source);
  std::array<std::size_t, class_count> seen{};
  for (std::size_t item = 0; item < images.size(); ++item) {
    const bool for_test = seen[static_cast<std::size_t>(labels[item])]++ % 3 == 0;
    (for_test ? digits.test_images : digits.train_images).push_back(images[item]);
    (for_test ? digits.test_labels : digits.train_labels).push_back(labels[item]);
  }
  return digits;
}

/// Reads the UCI digits: rows of 64 pixels from 0 to 16 and a label, separated by commas.
///
/// @param csv_path       plain text, already decompressed
/// @param source         kept in the result for the tables
/// @param expected_rows  a download that broke off between two rows is well-formed, so only the
///                       count can tell
/// @throws  std::runtime_error naming the file and the line
/// @source  Alpaydin, Kaynak: Optical Recognition of Handwritten Digits, UCI, 1998 (CC BY 4.0)
[[nodiscard]] inline Digits load_digits(const std::string& csv_path, const std::string& source,
                                        std::size_t expected_rows = uci_row_count) {
  const std::string next_step = "delete it and run scripts/data digits again";
  const std::string text = read_whole(csv_path, "run scripts/data digits to fetch it");
  if (text.empty()) fail("empty digits file", csv_path, next_step);

  std::vector<Image> images;
  std::vector<int> labels;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    // Contents are not echoed: a file that is still compressed would fill the terminal with noise.
    const auto malformed = [&](const std::string& reason) {
      fail("malformed digits row in",
           csv_path + " line " + std::to_string(labels.size() + 1) + ": " + reason, next_step);
    };

    const auto columns = static_cast<std::size_t>(std::count(line.begin(), line.end(), ',')) + 1;
    if (columns != pixel_count + 1) {
      malformed(std::to_string(columns) + " columns, expected " + std::to_string(pixel_count + 1));
    }
    Image image;
    const char* position = line.data();
    const char* const end = line.data() + line.size();
    for (std::size_t column = 0; column < columns; ++column) {
      int value = 0;
      const auto [stop, error] = std::from_chars(position, end, value);
      const bool is_last = column == pixel_count;
      const bool ends_well = is_last ? stop == end : stop != end && *stop == ',';
      const auto place = [column] { return "column " + std::to_string(column + 1); };
      if (error != std::errc{} || !ends_well) malformed(place() + " is not a whole number");
      if (is_last) {
        if (value < 0 || value >= static_cast<int>(class_count)) {
          malformed("label " + std::to_string(value) + " is outside 0..9");
        }
        labels.push_back(value);
      } else {
        if (value < 0 || value > max_pixel_value) {
          malformed(place() + " holds " + std::to_string(value) + ", outside 0..16");
        }
        image.pixels[column] = static_cast<float>(value) / static_cast<float>(max_pixel_value);
        position = stop + 1;
      }
    }
    images.push_back(image);
  }
  if (images.size() != expected_rows) {
    fail("incomplete or foreign digits file",
         csv_path + ": " + std::to_string(images.size()) + " rows, expected " +
             std::to_string(expected_rows),
         next_step);
  }
  return stratified_split(images, labels, source);
}

/// Draws one seven-segment digit with a shaky hand.
///
/// Each image has its own shift, size, slant, stroke width and ink; each of its six corners is
/// displaced a little, and each pixel is noisy. Trigonometry is avoided and pixels are rounded to
/// sixteenths, as the scanner of the real digits did, so that compilers agree on every image.
[[nodiscard]] inline Image drawn_digit(std::size_t digit, Random& random) {
  struct Point {
    float x, y;
  };
  // Corners, from the top: left, right, left of the middle, right of it, left, right.
  constexpr std::array<Point, 6> ideal{{{-1, -2}, {1, -2}, {-1, 0}, {1, 0}, {-1, 2}, {1, 2}}};
  constexpr std::array<std::pair<std::size_t, std::size_t>, 7> segments{
      {{0, 1}, {1, 3}, {3, 5}, {4, 5}, {2, 4}, {0, 2}, {2, 3}}};  // a b c d e f g
  constexpr std::array<unsigned, class_count> lit{0x3F, 0x06, 0x5B, 0x4F, 0x66,
                                                  0x6D, 0x7D, 0x07, 0x7F, 0x6F};

  const float centre_x = 3.5F + random.uniform(-0.6F, 0.6F);
  const float centre_y = 3.5F + random.uniform(-0.5F, 0.5F);
  const float width = random.uniform(1.5F, 2.2F);
  const float height = random.uniform(1.25F, 1.6F);
  const float slant = random.uniform(-0.25F, 0.25F);
  const float stroke = random.uniform(0.4F, 0.8F);
  const float ink = random.uniform(0.7F, 1.0F);
  std::array<Point, 6> corners;
  for (std::size_t corner = 0; corner < corners.size(); ++corner) {
    const float y = ideal[corner].y * height + random.uniform(-0.35F, 0.35F);
    const float x = ideal[corner].x * width - slant * y + random.uniform(-0.35F, 0.35F);
    corners[corner] = {centre_x + x, centre_y + y};
  }

  Image image;
  for (std::size_t pixel = 0; pixel < pixel_count; ++pixel) {
    const auto x = static_cast<float>(pixel % 8);
    const auto y = static_cast<float>(pixel / 8);
    float nearest = 8.0F;
    for (std::size_t segment = 0; segment < segments.size(); ++segment) {
      if ((lit[digit] >> segment & 1U) == 0) continue;
      const Point from = corners[segments[segment].first];
      const Point to = corners[segments[segment].second];
      const float along_x = to.x - from.x;
      const float along_y = to.y - from.y;
      const float length_squared = along_x * along_x + along_y * along_y;
      const float projection = ((x - from.x) * along_x + (y - from.y) * along_y) / length_squared;
      const float t = std::clamp(projection, 0.0F, 1.0F);
      const float off_x = x - from.x - t * along_x;
      const float off_y = y - from.y - t * along_y;
      nearest = std::min(nearest, std::sqrt(off_x * off_x + off_y * off_y));
    }
    const float shade = ink * std::clamp(stroke + 0.5F - nearest, 0.0F, 1.0F);
    const float noisy = std::clamp(shade + random.uniform(-0.2F, 0.2F), 0.0F, 1.0F);
    constexpr auto steps = static_cast<float>(max_pixel_value);
    image.pixels[pixel] = std::floor(noisy * steps + 0.5F) / steps;
  }
  return image;
}

/// Draws 1,800 digits, 180 of each, for a machine without the real ones. They are hard enough that
/// a linear model stays below 100 %, but accuracies on them say nothing about handwriting.
[[nodiscard]] inline Digits generated_digits(std::uint64_t seed) {
  constexpr std::size_t count = 1800;
  Random random(seed);
  std::vector<Image> images;
  std::vector<int> labels;
  for (std::size_t item = 0; item < count; ++item) {
    images.push_back(drawn_digit(item % class_count, random));
    labels.push_back(static_cast<int>(item % class_count));
  }
  return stratified_split(images, labels, "generated digits (seed " + std::to_string(seed) + ")");
}

/// Returns the path of the digits: see find_data. The caller uses `generated_digits` if it is
/// empty.
[[nodiscard]] inline std::string find_digits() { return find_data("digits"); }

/// Returns the real digits where there are some, and else generated ones; `source` says which.
/// @throws  as find_digits() and load_digits()
[[nodiscard]] inline Digits find_or_generate_digits() {
  const std::string path = find_digits();
  if (path.empty()) return generated_digits(1);
  return load_digits(path, "UCI handwritten digits");
}

}  // namespace quickstart
