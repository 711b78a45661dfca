# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""BLEU's tokens as regular expressions, as they are published: of mteval-v13a, of mteval-v14 and for Chinese."""

import re
import string
import unicodedata

APART = "".join(c for c in string.punctuation if c not in "',-.")


def separated(text):
    text = re.sub(f"([ {re.escape(APART)}])", r" \1 ", text)
    text = re.sub(r"([^0-9])([.,])", r"\1 \2 ", text)
    text = re.sub(r"([.,])([^0-9])", r" \1 \2", text)
    return re.sub(r"([0-9])(-)", r"\1 \2 ", text).split()


def tokens_13a(text):
    text = text.rstrip().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for name, sign in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(name, sign)
    return separated(f" {text} ")


def tokens_zh(text):
    """The ranges of sacrebleu's table as Python compares its texts, of which two have one digit too many."""
    ranges = ("\u3400\u4db5 \u4e00\u9fa5 \u9fa6\u9fbb \uf900\ufa2d \ufa30\ufa6a \ufa70\ufad9 \uff00\uffef \u2e80\u2eff "
              "\u3000\u303f \u31c0\u31ef \u2f00\u2fdf \u2ff0\u2fff \u3100\u312f \u31a0\u31bf \ufe10\ufe1f \ufe30\ufe4f "
              "\u2600\u26ff \u2700\u27bf \u3200\u32ff \u3300\u33ff").split(" ")
    ends = [*map(tuple, ranges), ("\u2000" + "0", "\u2a6d" + "6"), ("\u2f80" + "0", "\u2fa1" + "d")]
    text = "".join(f" {c} " if any(low <= c <= high for low, high in ends) else c for c in text.strip())
    return separated(text)


def tokens_intl(text):
    """Rewrites the categories of characters beside them, so that re can match them."""
    text = text.rstrip()
    for pattern, new in (("([^N])(P)", r"\1 \2 "), ("(P)([^N])", r" \1 \2"), ("(S)", r" \1 ")):
        kinds = "".join(unicodedata.category(c)[0] for c in text)
        parts, done = [], 0
        for match in re.finditer(pattern, kinds):
            own = text[match.start() : match.end()]
            parts += [text[done : match.start()], new.replace(r"\1", own[0]).replace(r"\2", own[-1])]
            done = match.end()
        text = "".join(parts) + text[done:]
    return text.split()
