# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Samples of metrics whose items are lists: detections, flags, pixels and words; and their values in NumPy, from
the definitions alone."""

import numpy as np

THRESHOLDS = 10


class Detections:
    """Images of a detector: up to two boxes of each class, some of them found, and detections of nothing."""

    def __init__(self, random, shares):
        self.random, self.shares, self.classes = random, np.array(shares), len(shares)
        self.most = 3 * self.classes

    def draw(self, simulations, n):
        """[simulations, n, classes] boxes; [simulations, n, classes, 3] scores and matched thresholds, of which
        none is -1 where nothing is detected."""
        size = (simulations, n, self.classes)
        boxes = (self.random.random(size) < self.shares) * (1 + (self.random.random(size) < 0.3))
        hard = self.random.normal(0.0, 0.5, (simulations, n, 1, 1))
        ease = 1.2 - 0.15 * (np.arange(self.classes) % 5)[:, None]
        clear = ease - hard + self.random.normal(size=(*size, 3))
        overlaps = 1 - 0.5 * np.exp(-0.6 - 0.5 * clear + 0.5 * self.random.normal(size=clear.shape))
        matched = np.clip(np.floor((overlaps - 0.5) * 20) + 1, 0, THRESHOLDS)
        scores = clear + 0.7 * self.random.normal(size=clear.shape)
        slot = np.arange(3)
        is_found = (slot < boxes[..., None]) & (clear > -0.3)
        is_wrong = (slot == 2) & (self.random.random(clear.shape) < 0.05 + 0.3 * self.shares[:, None])
        matched = np.where(is_found, matched, np.where(is_wrong, 0, -1))
        return boxes, np.where(is_wrong, scores - 1.7, scores), matched

    def rows(self, boxes, scores, matched):
        """As perjoule has them: boxes of each class; then class, score and bits, and -1 where there are none."""
        classes = np.broadcast_to(np.arange(self.classes)[:, None], matched.shape)
        bits = 2.0 ** np.maximum(matched, 0) - 1
        three = np.stack((np.where(matched < 0, -1, classes), scores, bits), axis=-1)
        three = three.reshape(*boxes.shape[:2], self.most, 3)
        order = np.argsort(three[..., 0] < 0, axis=-1, kind="stable")
        three = np.take_along_axis(three, order[..., None], axis=-2)
        return np.concatenate((boxes, three.reshape(*boxes.shape[:2], -1)), axis=-1).reshape(len(boxes), -1)

    def value(self, boxes, scores, matched):
        """Mean average precision by its definition, of each simulation."""
        return np.array([self.value_of_one(*one) for one in zip(boxes, scores, matched)])

    def value_of_one(self, boxes, scores, matched):
        precisions = []
        for c in range(self.classes):
            total = boxes[:, c].sum()
            if total == 0:
                continue
            there = matched[:, c].ravel() >= 0
            ranked = matched[:, c].ravel()[there][np.argsort(-scores[:, c].ravel()[there], kind="stable")]
            right = np.cumsum(ranked[:, None] > np.arange(THRESHOLDS), axis=0)
            highest = np.maximum.accumulate((right / np.arange(1, len(ranked) + 1)[:, None])[::-1])[::-1]
            for found, precision in zip(right.T, highest.T):
                at = np.searchsorted(100 * found, np.arange(101) * total)
                precisions.append(np.r_[precision, 0.0][at].mean())
        return np.mean(precisions)


def flags(random, simulations, n, shares, sensitivity, specificity):
    """[simulations, n, labels] references and outputs."""
    references = random.random((simulations, n, len(shares))) < shares
    chance = np.where(references, sensitivity, 1 - specificity)
    return references * 1.0, (random.random(chance.shape) < chance) * 1.0


def macro_f1_of_flags(references, outputs):
    both, either = (references * outputs).sum(axis=1), (references + outputs).sum(axis=1)
    return np.where(either > 0, 2 * both / np.maximum(either, 1), 0.0).sum(axis=-1) / (either > 0).sum(axis=-1)


def pixels(random, simulations, n, shares, in_image=16):
    """[simulations, n, pixels] references and outputs: an image has two classes, and is more or less hard."""
    classes = random.choice(len(shares), (simulations, n, 2), p=shares)
    which = (random.random((simulations, n, in_image)) < 0.5) * 1
    references = np.take_along_axis(classes, which, axis=-1)
    is_right = random.random(references.shape) < random.beta(4.0, 1.0, (simulations, n, 1))
    return references, np.where(is_right, references, random.integers(len(shares), size=references.shape))


def mean_iou(references, outputs, classes):
    found = []
    for c in range(classes):
        a, b = references == c, outputs == c
        found.append(((a & b).sum(axis=(1, 2)), (a | b).sum(axis=(1, 2))))
    both, either = np.array(found).transpose(1, 2, 0)
    return np.where(either > 0, both / np.maximum(either, 1), 0.0).sum(axis=-1) / (either > 0).sum(axis=-1)


def right_words(random, simulations, n, length, right):
    """[simulations, n, length] whether each word is the reference's, in texts that are more or less hard."""
    chance = random.beta(4 * right, 4 * (1 - right), (simulations, n, 1))
    return (random.random((simulations, n, length)) < chance) * 1.0


def bleu_of_words(is_right):
    """BLEU of texts as long as their references, in which no word comes twice."""
    logarithms = 0.0
    for order in range(1, 5):
        grams = np.lib.stride_tricks.sliding_window_view(is_right, order, axis=-1).all(axis=-1)
        logarithms += np.log(grams.mean(axis=(1, 2))) / 4
    return 100 * np.exp(logarithms)
