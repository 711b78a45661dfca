// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <perjoule/perjoule.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace print {

inline constexpr int page_dpi = 200;  ///< as make_pages renders them

/// A page in shades of grey. It is a range of its bytes, from which perjoule makes the hash of the
/// test set.
struct Page {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> grey;  ///< [height, width], row-major; 0 is black

  [[nodiscard]] const std::uint8_t* data() const { return grey.data(); }
  [[nodiscard]] std::size_t size() const { return grey.size(); }
};

/// Pages with what stands on them, in the order of their list.
struct Pages {
  std::string source;
  std::vector<std::string> names;
  std::vector<std::string> conditions;  ///< "clean", "blurred"
  std::vector<Page> images;
  std::vector<std::string> texts;  ///< one blank between words
};

[[noreturn]] inline void refuse_page(const std::string& what, const std::string& where) {
  throw perjoule::Error(what, where, "make the pages again: examples/engines/print/make_pages");
}

/// Reads a binary PGM of 8 bits, as ImageMagick writes it: without comments.
/// @throws perjoule::Error
[[nodiscard]] inline Page load_page(const std::string& path) {
  constexpr int longest_side = 20'000;
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse_page("cannot read a page", path);
  std::string magic;
  Page page;
  int white = 0;
  file >> magic >> page.width >> page.height >> white;
  const bool is_pgm = file && magic == "P5" && white == 255 && file.get() == '\n';
  if (!is_pgm || page.width < 1 || page.height < 1 || page.width > longest_side ||
      page.height > longest_side) {
    refuse_page("not a PGM (P5) of 8 bits, without comments and at most 20000 pixels wide and high",
                path);
  }
  const std::streampos start = file.tellg();
  const std::streamoff found = file.seekg(0, std::ios::end).tellg() - start;
  const std::streamoff expected = std::streamoff{page.width} * page.height;
  if (found != expected) {
    refuse_page("a page with " + std::to_string(found) + " bytes of pixels in the place of " +
                    std::to_string(expected),
                path);
  }
  page.grey.resize(static_cast<std::size_t>(expected));
  file.seekg(start).read(reinterpret_cast<char*>(page.grey.data()), expected);
  if (!file) refuse_page("cannot read a page", path);
  return page;
}

/// Returns the folder of pages: of the command line, of the user's data, or of make_pages.
[[nodiscard]] inline std::string find_pages(const std::string& given) {
  if (!given.empty()) return given;
  const char* const data = std::getenv("PERJOULE_DATA_DIR");
  return data != nullptr ? std::string(data) + "/print" : "out/data/print";
}

/// Loads the pages that references.tsv lists: file, condition, font, source and text of each.
/// @param most  of them
/// @throws perjoule::Error
[[nodiscard]] inline Pages load_pages(const std::string& folder, std::size_t most) {
  const std::string list = folder + "/references.tsv";
  std::ifstream file(list);
  if (!file) {
    throw perjoule::Error("no pages to read", list,
                          "run examples/engines/print/make_pages " + folder);
  }
  Pages pages;
  pages.source = "paragraphs of the GNU licences as rendered by make_pages";
  for (std::string line; pages.images.size() < most && std::getline(file, line);) {
    std::istringstream columns(line);
    std::vector<std::string> fields;
    for (std::string field; std::getline(columns, field, '\t');) fields.push_back(field);
    if (fields.size() != 5) {
      refuse_page("a line without the five columns file, condition, font, source and text",
                  list + ":" + std::to_string(pages.images.size() + 1));
    }
    pages.images.push_back(load_page(folder + "/" + fields[0]));
    pages.names.push_back(std::move(fields[0]));
    pages.conditions.push_back(std::move(fields[1]));
    pages.texts.push_back(std::move(fields[4]));
  }
  if (pages.images.empty()) refuse_page("no page is listed", list);
  return pages;
}

/// Returns a text with one blank in the place of each stretch of white space, and none at its ends:
/// where lines and paragraphs break is no matter of reading.
[[nodiscard]] inline std::string with_single_blanks(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string line;
  for (std::string word; words >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

}  // namespace print
