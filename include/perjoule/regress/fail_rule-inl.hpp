// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/regress/fail_rule.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE FailRule parse_fail_rule(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    detail::fail("cannot read a rule", text::format("'{}': {}", text, why),
                 "write it like time>3%, accuracy<-0.5pt or perplexity>0.1");
  };
  const std::size_t sign = text.find_last_of("<>");
  if (sign == std::string_view::npos || sign == 0) refuse("it has no name followed by < or >");
  FailRule rule;
  rule.metric = text.substr(0, sign);
  std::string_view rest = text.substr(sign + 1);
  if (text[sign] == '<') {
    rule.better = Direction::higher;
    if (!rest.starts_with("-")) refuse("after < comes the fall, as in <-0.5pt");
    rest.remove_prefix(1);
  }
  const std::optional<double> margin = detail::take_number(rest);
  if (!margin.has_value() || !is_finite(*margin) || *margin < 0.0) {
    refuse("there is no margin of 0 or more");
  }
  rule.is_share = rest == "%";
  rule.is_in_points = rest == "pt";
  if (rest != "%" && rest != "pt" && !rest.empty()) {
    refuse("after the margin comes %, pt (percentage points) or nothing");
  }
  rule.margin = rest.empty() ? *margin : *margin / 100.0;
  return rule;
}

}  // namespace perjoule::inline v0
