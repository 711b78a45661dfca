// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexIVFPQ.h>
#include <faiss/index_io.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engines/vectors/clusters.hpp"

namespace vectors {

inline constexpr std::size_t neighbours = 10;
using Id = faiss::Index::idx_t;
using Ids = std::array<Id, neighbours>;
using IndexPointer = std::unique_ptr<faiss::Index>;

/// Kinds of indexes: all vectors one after the other; in lists around centroids, of which a search
/// looks into some; there, but each cut into pieces of which 8 bits are kept; as a graph.
enum class Kind { flat, lists, codes, graph };

struct Design {
  Kind kind = Kind::flat;
  std::size_t lists = 128;
  std::size_t pieces = 0;  ///< bytes that are kept of a vector
  std::size_t links = 16;  ///< of each vector in a graph
  std::size_t batch = 1;   ///< queries at once
};

/// Makes an index without vectors, whose random numbers come from the seed.
[[nodiscard]] inline IndexPointer make_index(const Design& design, int seed) {
  constexpr int size = static_cast<int>(dimensions);
  const auto with_lists = [&](auto index) -> IndexPointer {
    index->own_fields = true;  // deletes the centroids
    index->cp.seed = seed;
    return index;
  };
  switch (design.kind) {
    case Kind::flat:
      break;
    case Kind::lists:
      return with_lists(std::make_unique<faiss::IndexIVFFlat>(new faiss::IndexFlatL2(size),
                                                              dimensions, design.lists));
    case Kind::codes: {
      auto index = std::make_unique<faiss::IndexIVFPQ>(new faiss::IndexFlatL2(size), dimensions,
                                                       design.lists, design.pieces, 8);
      index->pq.cp.seed = seed;
      index->pq.cp.min_points_per_centroid = 1;  // else Faiss prints a warning for tiny data
      return with_lists(std::move(index));
    }
    case Kind::graph: {
      auto index = std::make_unique<faiss::IndexHNSWFlat>(size, static_cast<int>(design.links));
      index->hnsw.rng = faiss::RandomGenerator(seed);
      return index;
    }
  }
  return std::make_unique<faiss::IndexFlatL2>(size);
}

/// How a search looks.
struct Effort {
  std::size_t size = 0;   ///< lists that it looks into, or candidates in a graph
  bool has_table = true;  ///< of products of all centroids, which makes searches among codes short
};

/// Sets how searches look. Faiss computes the table when it reads an index, and does not store it.
inline void set_effort(faiss::Index& index, const Effort& effort) {
  if (auto* const graph = dynamic_cast<faiss::IndexHNSW*>(&index)) {
    graph->hnsw.efSearch = static_cast<int>(effort.size);
  }
  if (auto* const lists = dynamic_cast<faiss::IndexIVF*>(&index)) lists->nprobe = effort.size;
  if (auto* const codes = dynamic_cast<faiss::IndexIVFPQ*>(&index)) {
    codes->use_precomputed_table = effort.has_table ? 1 : -1;
    codes->precompute_table();
  }
}

/// Returns the bytes that an index holds between searches: vectors or codes, ids, centroids, the
/// links of a graph, and the table.
[[nodiscard]] inline std::size_t resident_bytes(const faiss::Index& index) {
  const auto bytes_of = [](const auto& numbers) { return numbers.size() * sizeof(numbers[0]); };
  if (const auto* const flat = dynamic_cast<const faiss::IndexFlat*>(&index)) {
    return bytes_of(flat->codes);
  }
  std::size_t bytes = 0;
  if (const auto* const graph = dynamic_cast<const faiss::IndexHNSW*>(&index)) {
    return bytes_of(graph->hnsw.neighbors) + bytes_of(graph->hnsw.offsets) +
           bytes_of(graph->hnsw.levels) + resident_bytes(*graph->storage);
  }
  const auto& lists = dynamic_cast<const faiss::IndexIVF&>(index);
  for (std::size_t list = 0; list < lists.nlist; ++list) {
    bytes += lists.invlists->list_size(list) * (lists.code_size + sizeof(Id));
  }
  if (const auto* const codes = dynamic_cast<const faiss::IndexIVFPQ*>(&index)) {
    bytes += bytes_of(codes->pq.centroids) + bytes_of(codes->pq.transposed_centroids) +
             bytes_of(codes->pq.centroids_sq_lengths) + bytes_of(codes->precomputed_table);
  }
  return bytes + resident_bytes(*lists.quantizer);
}

/// Returns the ids of what the index takes for the nearest neighbours, the nearest first. An id is
/// -1 where it found fewer.
/// @shape vectors: [count]
inline void search(const faiss::Index& index, const Vector* vectors, std::size_t count, Ids* ids) {
  std::vector<float> distances(count * neighbours);
  index.search(static_cast<Id>(count), vectors->data(), static_cast<Id>(neighbours),
               distances.data(), ids->data());
}

}  // namespace vectors
