// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/retrieval.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"

using namespace perjoule;
using detail::RetrievalKind;

namespace {

using Numbers = std::vector<double>;
using Documents = std::vector<int>;

/// Returns the value of a metric for a single item.
template <class Output, class Reference>
double value_of(RetrievalKind kind, std::size_t k, const Output& output,
                const Reference& reference) {
  RetrievalOptions options;
  options.k = k;
  Retrieval metric(kind, options);
  metric.add(output, reference);
  return metric.per_item()[0];
}

constexpr RetrievalKind recall_kind = RetrievalKind::recall;
constexpr RetrievalKind ndcg_kind = RetrievalKind::ndcg;
constexpr RetrievalKind rank_kind = RetrievalKind::reciprocal_rank;

}  // namespace

TEST_CASE("nDCG divides relevances by the logarithm of the rank plus 1", "[quality][ndcg]") {
  // Relevances 3, 2, 3, 0, 1, 2 as ranked: 3 + 2/1.584963 + 3/2 + 0 + 1/2.584963 + 2/2.807355 =
  // 6.861127; in the best order 3, 3, 2, 2, 1, 0: 7.140995.
  const Numbers scores = {6, 5, 4, 3, 2, 1};
  const Documents relevances = {3, 2, 3, 0, 1, 2};
  CHECK(value_of(ndcg_kind, 0, scores, relevances) == Approx(6.861127 / 7.140995).epsilon(1e-6));
  // The best three are 3, 3, 2: 3 + 3/1.584963 + 2/2.
  CHECK(value_of(ndcg_kind, 3, scores, relevances) ==
        Approx((3 + 2 / 1.584963 + 1.5) / (4 + 3 / 1.584963)).epsilon(1e-6));
}

TEST_CASE("nDCG of equal scores is what scikit-learn's documentation shows", "[quality][ndcg]") {
  // Either 10 or 5 is the first of two equal ones, and 10 would be best.
  const Numbers scores = {1, 0, 0, 0, 1};
  const Numbers relevances = {10, 0, 0, 1, 5};
  CHECK(agrees(value_of(ndcg_kind, 1, scores, relevances), 0.75));
}

TEST_CASE("recall is the share of relevant documents among the best", "[quality][recall-at-k]") {
  const Numbers scores = {.9, .8, .7, .6, .5};
  const Documents relevances = {0, 1, 0, 2, 1};
  CHECK(value_of(recall_kind, 1, scores, relevances) == 0.0);
  CHECK(agrees(value_of(recall_kind, 2, scores, relevances), 1.0 / 3.0));
  CHECK(agrees(value_of(recall_kind, 4, scores, relevances), 2.0 / 3.0));
  CHECK(value_of(recall_kind, 99, scores, relevances) == 1.0);
}

TEST_CASE("of equal scores, any order is as likely", "[quality][recall-at-k][mrr]") {
  const Numbers equal = {.5, .5, .5, .5};
  CHECK(agrees(value_of(recall_kind, 1, equal, Documents{1, 1, 0, 0}), 0.25));
  // The second of two places goes to one of three, two of which are relevant.
  CHECK(agrees(value_of(recall_kind, 2, Numbers{9, 1, 1, 1}, Documents{0, 1, 1, 0}), 1.0 / 3.0));
  // First, second or third of three: (1 + 1/2 + 1/3)/3.
  CHECK(agrees(value_of(rank_kind, 0, Numbers{1, 1, 1}, Documents{0, 1, 0}), 11.0 / 18.0));
  // One of two is the first in 2 of 3 orders, and otherwise the second.
  CHECK(agrees(value_of(rank_kind, 0, Numbers{1, 1, 1}, Documents{1, 0, 1}), 5.0 / 6.0));
  // Behind another document, and up to the second place: 2/3 of 1/2.
  CHECK(agrees(value_of(rank_kind, 2, Numbers{2, 1, 1, 1}, Documents{0, 1, 0, 1}), 1.0 / 3.0));
}

TEST_CASE("the reciprocal rank is that of the first relevant document", "[quality][mrr]") {
  // Three queries whose answer is third, second and first.
  const std::vector<Documents> ranked = {{7, 8, 9}, {7, 9, 8}, {9, 7, 8}};
  const std::vector<Documents> relevant(3, Documents{9});
  const Quality quality = evaluate(Retrieval(rank_kind, {}), ranked, relevant);
  CHECK(agrees(quality.value.value, 11.0 / 18.0));
  CHECK(value_of(rank_kind, 2, ranked[0], relevant[0]) == 0.0);
}

TEST_CASE("documents may be named instead of scored", "[quality][recall-at-k][ndcg]") {
  const Documents ranked = {40, 10, 30};
  const Documents relevant = {30, 20, 10};
  CHECK(agrees(value_of(recall_kind, 2, ranked, relevant), 1.0 / 3.0));
  CHECK(agrees(value_of(recall_kind, 10, ranked, relevant), 2.0 / 3.0));
  // 1/log2(3) + 1/log2(4), and 1 + 1/log2(3) + 1/log2(4) at best.
  CHECK(value_of(ndcg_kind, 0, ranked, relevant) ==
        Approx((0.6309297536 + 0.5) / (1.6309297536 + 0.5)).epsilon(1e-9));
}

TEST_CASE("an index that found too few documents leaves places empty",
          "[quality][recall-at-k][ndcg][mrr]") {
  const Documents ranked = {7, no_document, no_document};
  CHECK(agrees(value_of(recall_kind, 3, ranked, Documents{7, 9}), 0.5));
  CHECK(agrees(value_of(rank_kind, 0, Documents{no_document, no_document, 7}, Documents{7}),
               1.0 / 3.0));
  // 1, of 1 + 1/log2(3) at best.
  CHECK(value_of(ndcg_kind, 3, ranked, Documents{7, 9}) ==
        Approx(1.0 / 1.6309297536).epsilon(1e-9));
  // References of one length are filled up, too: only 9 is relevant, and then nothing.
  CHECK(value_of(recall_kind, 3, Documents{9, no_document}, Documents{9, no_document}) == 1.0);
  CHECK(value_of(recall_kind, 3, ranked, Documents{no_document, no_document}) == 0.0);
  // hnswlib's labels have no sign.
  constexpr auto none = static_cast<std::size_t>(no_document);
  CHECK(value_of(recall_kind, 2, std::vector<std::size_t>{none, none}, Documents{9}) == 0.0);
  Retrieval metric(recall_kind, {.k = 3, .candidates = 2});
  metric.add(ranked, Documents{7, 9, no_document});
  CHECK(agrees(metric.per_item()[0], 0.5));
  CHECK(agrees(metric.result().trivial, 1.0));
}

TEST_CASE("an item without a relevant document counts 0, also for a perfect model",
          "[quality][recall-at-k][ndcg][mrr]") {
  for (const RetrievalKind kind : {recall_kind, ndcg_kind, rank_kind}) {
    RetrievalOptions options;
    options.k = 2;
    const std::vector<Numbers> scores = {{3, 2, 1}, {3, 2, 1}, {3, 2, 1}, {1, 2, 3}};
    const std::vector<Documents> relevances = {{1, 0, 0}, {1, 0, 0}, {0, 0, 0}, {0, 0, 1}};
    const Quality quality = evaluate(Retrieval(kind, options), scores, relevances);
    CHECK(agrees(quality.value.value, 0.75));
    CHECK(agrees(quality.perfect, 0.75));
    CHECK(agrees(quality.skill.value, 1.0));
  }
}

TEST_CASE("more relevant documents than places leave a perfect recall below 1",
          "[quality][recall-at-k]") {
  RetrievalOptions options;
  options.k = 1;
  const std::vector<Numbers> scores(4, Numbers{4, 3, 2, 1});
  const std::vector<Documents> relevances(4, Documents{1, 1, 0, 0});
  const Quality quality = evaluate(Retrieval(recall_kind, options), scores, relevances);
  CHECK(agrees(quality.perfect, 0.5));
  CHECK(agrees(quality.trivial, 0.25));
  CHECK(agrees(quality.skill.value, 1.0));
  CHECK(quality.value_interval.high <= 0.5);
}

TEST_CASE("the trivial predictor of retrieval returns any order", "[quality][recall-at-k][mrr]") {
  const std::vector<Numbers> equal(5, Numbers{1, 1, 1});
  const std::vector<Documents> relevances(5, Documents{0, 1, 0});
  for (const RetrievalKind kind : {recall_kind, ndcg_kind, rank_kind}) {
    RetrievalOptions options;
    options.k = 2;
    const Quality quality = evaluate(Retrieval(kind, options), equal, relevances);
    CHECK(agrees(quality.trivial, quality.value.value));
    CHECK(agrees(quality.skill.value, 0.0));
  }
  // Two of 100 candidates, of which 10 count.
  const std::vector<Documents> ranked = {{1, 2}, {3, 4}, {5, 6}};
  const std::vector<Documents> relevant = {{1, 9}, {8, 9}, {5, 6}};
  RetrievalOptions options;
  options.k = 10;
  CHECK(mentions(evaluate(Retrieval(recall_kind, options), ranked, relevant).why_no_skill,
                 "not known"));
  options.candidates = 100;
  const Quality quality = evaluate(Retrieval(recall_kind, options), ranked, relevant);
  CHECK(agrees(quality.trivial, 0.1));
  CHECK(agrees(quality.value.value, 0.5));
  CHECK(agrees(quality.skill.value, 0.4 / 0.9));
}

TEST_CASE("metrics of retrieval say what they are", "[quality][recall-at-k][ndcg][mrr]") {
  const std::vector<Documents> relevances = {{1, 0, 0}, {0, 0, 1}, {1, 1, 0}, {0, 1, 1}};
  const std::vector<std::vector<float>> scores(4, {1.0F, 3.0F, 2.0F});
  auto recall = recall_at_k(relevances, 1);
  auto gain = ndcg(relevances);
  auto rank = mean_reciprocal_rank(relevances, {.k = 2, .keep = PerItem::drop});
  for (std::size_t i = 0; i < 4; ++i) {
    recall.add(i, scores[i]);
    gain.add(i, scores[i]);
    rank.add(i, scores[i]);
  }
  CHECK(recall.result().metric == "recall@1");
  CHECK(recall.result().signature == "ties:mean|none-relevant:0|trivial:any-order");
  CHECK(gain.result().metric == "nDCG");
  CHECK(gain.result().signature ==
        "gain:linear|discount:log2|ties:mean|none-relevant:0|trivial:any-order");
  CHECK(gain.result().value_interval.method == IntervalMethod::wilson);
  CHECK(surrounds_value(gain.result()));
  CHECK(rank.result().metric == "MRR@2");
  CHECK(rank.per_item().empty());
  CHECK(gain.per_item().size() == 4);
  // Each item has one relevant document: right or wrong, with Wilson's interval.
  const std::vector<Documents> one(4, Documents{0, 1, 0});
  CHECK(evaluate(Retrieval(recall_kind, {.k = 1}), scores, one).value_interval.method ==
        IntervalMethod::wilson);
}

TEST_CASE("two models of retrieval are compared query by query", "[quality][mrr][paired]") {
  const std::vector<Documents> relevant(4, Documents{1});
  const std::vector<Documents> first = {{1, 2}, {1, 2}, {2, 1}, {2, 3}};
  const std::vector<Documents> second = {{2, 1}, {1, 2}, {2, 1}, {2, 3}};
  Quality a = evaluate(Retrieval(rank_kind, {}), first, relevant);
  Quality b = evaluate(Retrieval(rank_kind, {}), second, relevant);
  a.columns = b.columns = 1;
  const IntervalEstimate<double> found =
      paired_difference(a, Numbers{1, 1, .5, 0}, b, Numbers{.5, 1, .5, 0});
  CHECK(agrees(found.estimate.value, 0.125));
  CHECK(found.estimate.random == Approx(0.125));  // .25/root 4, of .5, 0, 0 and 0
}

TEST_CASE("what can't be ranked is an error", "[quality][recall-at-k][ndcg][mrr]") {
  const auto complaint_of = [](const auto& output, const auto& reference) {
    return complaint([&] { (void)value_of(ndcg_kind, 0, output, reference); });
  };
  CHECK(
      mentions(complaint_of(Numbers{1, 2}, Documents{1}), "a score is needed for each candidate"));
  CHECK(mentions(complaint_of(Numbers{1, not_a_number()}, Documents{1, 0}),
                 "a score is not a finite number"));
  CHECK(mentions(complaint_of(Numbers{1, 2}, Documents{1, -1}), "a relevance is no number"));
  CHECK(mentions(complaint_of(Numbers{1, 2}, Numbers{1, infinite()}), "a relevance is no number"));
  CHECK(mentions(complaint_of(Documents{4, 2, 4}, Documents{1}), "the output of item 0: number 4"));
  CHECK(mentions(complaint_of(Documents{4}, Documents{1, 1}), "the reference of item 0"));
  CHECK(mentions(complaint([] { (void)Retrieval(recall_kind, {}); }), "recall_at_k"));
  CHECK(mentions(complaint([] { (void)Retrieval(rank_kind, {}).result(); }), "no items"));
  CHECK(mentions(complaint([] {
                   Retrieval metric(rank_kind, {.candidates = 2});
                   metric.add(Documents{1, 2, 3}, Documents{1});
                 }),
                 "more documents than candidates"));
}
