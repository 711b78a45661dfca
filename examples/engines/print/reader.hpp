// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <leptonica/allheaders.h>
#include <tesseract/baseapi.h>

#include <memory>
#include <perjoule/perjoule.hpp>
#include <string>
#include <vector>

#include "engines/print/pages.hpp"

namespace print {

/// How Tesseract reads a page.
struct Setup {
  std::string name;
  double scale = 1.0;  ///< of the page, applied within the pass
  tesseract::PageSegMode layout = tesseract::PSM_SINGLE_BLOCK;
  tesseract::OcrEngineMode engine = tesseract::OEM_LSTM_ONLY;
  std::vector<perjoule::Setting> variables = {};  ///< Tesseract's own, given to its Init
};

/// Tesseract with its English model, loaded once. Its forward pass is a page's text.
class Reader {
 public:
  /// @throws perjoule::Error without a model that has the engine
  explicit Reader(const Setup& setup) : scale_(setup.scale) {
    if (!load(setup)) {
      throw perjoule::Error("Tesseract cannot load", "the English model, for " + setup.name,
                            "apt-get install tesseract-ocr-eng, or set TESSDATA_PREFIX to the "
                            "folder of eng.traineddata");
    }
    api_.SetPageSegMode(setup.layout);
    model_path_ = std::string(api_.GetDatapath()) + "eng.traineddata";
  }

  /// Tells whether the model that is found has the older engine, too, which recognises single
  /// characters by their outlines. The model that Debian ships has none.
  [[nodiscard]] static bool has_outlines() {
    return Reader().load({.name = "outlines", .engine = tesseract::OEM_TESSERACT_ONLY});
  }

  /// Returns the text of a page. What Tesseract learns from a page is forgotten after it, so the
  /// order of the pages makes no difference.
  [[nodiscard]] std::string operator()(const Page& page) {
    api_.SetImage(page.data(), page.width, page.height, 1, page.width);
    if (scale_ != 1.0) {
      const auto scale = static_cast<l_float32>(scale_);
      Pix* scaled = pixScale(api_.GetInputImage(), scale, scale);
      api_.SetImage(scaled);
      pixDestroy(&scaled);
    }
    api_.SetSourceResolution(static_cast<int>(page_dpi * scale_));
    const std::unique_ptr<char[]> text(api_.GetUTF8Text());
    api_.ClearAdaptiveClassifier();
    return text == nullptr ? std::string() : std::string(text.get());
  }

  [[nodiscard]] const std::string& model_path() const { return model_path_; }

 private:
  Reader() = default;

  [[nodiscard]] bool load(const Setup& setup) {
    // A message for each empty page, while it is timed, would be a part of its time.
    api_.SetVariable("debug_file", "/dev/null");
    std::vector<std::string> names;
    std::vector<std::string> values;
    for (const auto& [name, value] : setup.variables) {
      names.push_back(name);
      values.push_back(value);
    }
    return api_.Init(nullptr, "eng", setup.engine, nullptr, 0, &names, &values, false) == 0;
  }

  tesseract::TessBaseAPI api_;
  double scale_ = 1.0;
  std::string model_path_;
};

}  // namespace print
