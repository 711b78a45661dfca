// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A program of several ranks, as its users write it, on simulated machines.
// usage: mpi_program RECORD items|passes|uneven|throws|exits|killed
// Writes the record, and prints what a sum of each rank's own readings gives in joules, their
// seconds, and the largest share of a core that a rank has used.
#include <mpi.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "perjoule/integrations/mpi.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/record/run_record.hpp"

#ifdef MPICH_VERSION
/// Leaves connections of UCX open until the process ends. MPICH 4.0.2 waits in MPI_Finalize until
/// a connection is closed, while the rank at its other end already waits in a barrier of PMI, where
/// it answers nobody: over sockets, one MPI_Send and one MPI_Barrier hang every other time.
extern "C" void* ucp_disconnect_nb(void* endpoint);
void* ucp_disconnect_nb(void*) { return nullptr; }
#endif

namespace {

/// Reads a counter as programs do that know nothing of other ranks.
double microjoules() {
  std::ifstream file("/sys/class/powercap/intel-rapl:0/energy_uj");
  double value = 0;
  file >> value;
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string mode = argv[2];
  MPI_Init(&argc, &argv);
  {
    perjoule::Ranks ranks;
    std::vector<int> items(400);
    std::iota(items.begin(), items.end(), 0);
    int passes = 0;
    const auto model = [&](const int& item) {
      // Asleep, so that ranks of one real machine do not want the same core.
      const double ms = mode == "uneven" && ranks.rank() == 0 ? 20 : 2;
      perjoule::SystemClock::wait(perjoule::Seconds(1e-3 * ms));
      if (ranks.rank() == 1 && ++passes == 500) {
        if (mode == "throws") throw std::runtime_error("out of memory");
        if (mode == "exits") std::exit(3);
        if (mode == "killed") kill(getpid(), SIGKILL);
      }
      return item % 4 == 0 ? -1 : item;
    };
    const perjoule::MeasureOptions plan = {.name = mode, .budget = perjoule::Seconds(4.0)};
    perjoule::Session session;
    const auto start = std::chrono::steady_clock::now();
    const double before = microjoules();
    const std::clock_t cpu = std::clock();
    const perjoule::Entry entry =
        mode == "passes"
            ? ranks.measure_shared_passes(session, plan, model, items, perjoule::accuracy(items))
            : ranks.measure(session, plan, model, ranks.shard(items),
                            perjoule::accuracy(ranks.shard(items)));
    const double own = (microjoules() - before) * 1e-6;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const double share = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / seconds.count();
    double by_rank = 0;
    double most = 0;
    MPI_Reduce(&own, &by_rank, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    MPI_Reduce(&share, &most, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
    if (entry.rank == 0) {
      perjoule::write_json(argv[1], entry);
      std::printf("%.3f %.6f %.4f\n", by_rank, seconds.count(), most);
    }
  }
  MPI_Finalize();
}
