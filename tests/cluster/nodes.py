# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Simulated machines that launchers see as separate ones, with Slurm where it is installed.

    nodes.enter()                         starts this script again, in namespaces of its own
    with nodes.cluster(4, slurm=True) as cluster:
        done = cluster.run("srun-pmix", ranks=8, per_node=2, command=["./program"])

A node has the name node1, node2, ..., an address, a package of 110 W (or the zones of its options) that is read through
powercap or /dev/cpu/0/msr, a boot id, and folders for temporary files of its own; it shares the processor and all other
folders with this machine. What is started and mounted here ends with the script, and none of it is seen outside. The script
runs on a node named head, which has neither a meter nor ranks. $POWERCAP_FUSE is the program that serves the counters.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence

ROOT = pathlib.Path(__file__).resolve().parents[2]
WATTS = 110.0
FOLDER = pathlib.Path("/run/cluster")  # on a file system of the script's own, which all nodes see
MOST_NODES = 16
NAMESPACES = ["--mount", "--uts", "--ipc", "--net"]
MPI = {"openmpi": "mpirun.openmpi", "mpich": "mpiexec.mpich"}
SLURM = ["munged", "slurmctld", "slurmd", "srun", "sbatch"]
ACCOUNTING = [*SLURM, "mariadbd", "slurmdbd", "sacctmgr", "sacct"]

# What sysfs shows of the network is of the namespace in which it was mounted, so each has its own; slurmd wants cgroups in it.
HEAD = f"""set -e
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir /run/cgroup {FOLDER}
mount --rbind /sys/fs/cgroup /run/cgroup
mount -t sysfs sysfs /sys
mount --rbind /run/cgroup /sys/fs/cgroup
echo 127.0.0.1 localhost >{FOLDER}/hosts
echo 10.0.0.254 head >>{FOLDER}/hosts
for i in $(seq {MOST_NODES}); do echo 10.0.0.$i node$i >>{FOLDER}/hosts; done
mount --bind {FOLDER}/hosts /etc/hosts
hostname head
ip link set lo up
ip link add nodes type bridge
ip address add 10.0.0.254/24 dev nodes
ip link set nodes up
"""
NODE = f"""set -e
index=$1 folder={FOLDER}/node$1
hostname node$index
ip link set lo up
ip address add 10.0.0.$index/24 dev eth0
ip link set eth0 up
mount --rbind /run/cgroup /sys/fs/cgroup
mount --bind $folder/boot_id /proc/sys/kernel/random/boot_id
mount --bind $folder/stat /proc/stat
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /var/tmp
if [ -d /dev/cpu ]; then
  mount -t tmpfs tmpfs /dev/cpu
  mkdir /dev/cpu/0
  touch /dev/cpu/0/msr
  mount --bind /sys/class/powercap/msr /dev/cpu/0/msr
fi
echo $$ >$folder/new
mv $folder/new $folder/pid
exec sleep infinity
"""
# Takes the place of ssh; MPICH passes it options, too.
ENTER = f"""#!/bin/sh
while [ "${{1#-}}" != "$1" ]; do shift; done
node=$1
shift
exec nsenter --target $(cat {FOLDER}/$node/pid) --mount --uts --ipc --net --time sh -c "cd $PWD && $*"
"""
SLURM_CONF = f"""ClusterName=cluster
SlurmctldHost=head
SlurmUser=root
SlurmctldPort=6817
SlurmdPort=6818
StateSaveLocation={FOLDER}/slurm/state
SlurmdSpoolDir={FOLDER}/slurm/%n
SlurmctldPidFile={FOLDER}/slurm/slurmctld.pid
SlurmdPidFile={FOLDER}/slurm/%n.pid
SlurmctldLogFile={FOLDER}/slurm/slurmctld.log
SlurmdLogFile={FOLDER}/slurm/%n.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1,energy=1
AcctGatherNodeFreq=1
PartitionName=all Nodes=ALL Default=YES State=UP
"""
SLURMDBD_CONF = f"""DbdHost=head
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
PidFile={FOLDER}/slurm/slurmdbd.pid
LogFile={FOLDER}/slurm/slurmdbd.log
"""


def skip(why: str) -> None:
    print(f"skipped: {why}")
    sys.exit(77)


def missing(tools: Sequence[str]) -> list[str]:
    return [tool for tool in tools if not shutil.which(tool)]


def enter() -> None:
    """Goes on in namespaces of this script's own; ends it with 77 where that is refused."""
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if "CLUSTER_ENTERED" not in os.environ:
        tools = missing(["unshare", "nsenter", "setpriv", "ip", "mount", "hostname"])
        if os.getuid() != 0 or tools:
            skip(f"simulated machines need root and util-linux, iproute2 ({', '.join(tools) or 'not root'})")
        outer = ["unshare", *NAMESPACES, "--pid", "--fork", "--kill-child", "--mount-proc"]
        probe = subprocess.run([*outer, "unshare", "--time", "true"], capture_output=True, text=True)
        if probe.returncode != 0:
            skip(f"namespaces are refused here: {probe.stderr.strip()}")
        sys.stdout.flush()
        os.environ["CLUSTER_ENTERED"] = "yes"
        # The first process inherits those whose parents have ended, and a shell waits for them.
        os.execvp(outer[0], [*outer, "sh", "-c", '"$@"; exit $?', "sh", sys.executable, *sys.argv])
    done = subprocess.run(["sh", "-c", HEAD], capture_output=True, text=True)
    if done.returncode != 0:
        skip(f"a network of simulated machines is refused here: {done.stderr.strip()}")
    (FOLDER / "enter").write_text(ENTER)
    (FOLDER / "enter").chmod(0o755)
    # All nodes see one /tmp, but MPI must not meet there. Started by srun, one program in thirty of Open MPI 4.1.4 crashes in
    # MPI_Init if its ranks have shared memory, and none in fifty over sockets.
    os.environ |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "TMPDIR": "/var/tmp",
                   "OMPI_MCA_btl": "tcp,self", "SLURM_CONF": f"{FOLDER}/slurm/slurm.conf"}
    os.chdir(FOLDER)


def library_of(launcher: str) -> str:
    return "mpich" if launcher in ("mpich", "srun-pmi2") else "openmpi"


def wait_for(holds: Callable[[], object], what: str, timeout_s: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} within {timeout_s:.0f} s")
        time.sleep(0.05)


def answers(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, timeout=60).returncode == 0


class Cluster:
    def __init__(self, ends: contextlib.ExitStack) -> None:
        self.ends = ends
        self.slurm_mpi = ""  # what Slurm can start, if it is up
        self.accounting = False

    def launchers(self, libraries: Sequence[str]) -> list[str]:
        """Those that can start programs of these MPI libraries here."""
        wanted = {"srun-pmix": "pmix", "srun-pmi2": "pmi2", "salloc-mpirun": "none"}
        return [*libraries, *(name for name, plugin in wanted.items()
                              if library_of(name) in libraries and plugin in self.slurm_mpi.split())]

    def start(self, command: Sequence, **more: object) -> subprocess.Popen:
        """Starts what ends with the cluster."""
        with open(FOLDER / "log", "a") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **more)
        self.ends.callback(process.wait)
        self.ends.callback(process.kill)  # unshare ignores SIGTERM
        return process

    def start_node(self, index: int, boot: str, ahead_s: int, options: Sequence[str]) -> subprocess.Popen:
        folder = FOLDER / f"node{index}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "boot_id").write_text(boot + "\n")
        shutil.copyfile("/proc/stat", folder / "stat")  # nobody else is at work there
        zone = [] if "--zone" in options else ["--zone", f"intel-rapl:0=package-0=constant:{WATTS}"]
        clock = ["--time", "--monotonic", str(ahead_s), "--boottime", str(ahead_s)] if ahead_s else []
        subprocess.run(["ip", "netns", "add", f"node{index}"], check=True)
        self.ends.callback(subprocess.run, ["ip", "netns", "delete", f"node{index}"], check=True)
        self.ends.callback(subprocess.run, ["ip", "link", "delete", f"node{index}"], check=True)
        subprocess.run(["ip", "-batch", "-"], check=True, text=True, input=f"link add node{index} type veth peer name eth0 "
                       f"netns node{index}\nlink set node{index} master nodes up\n")
        return self.start(
            ["ip", "netns", "exec", f"node{index}", "unshare", "--uts", "--ipc", *clock, "--fork", "--kill-child",
             ROOT / "sim/machine", *zone, "--msr", *options, "--",
             "sh", "-c", NODE, "node", str(index)])

    def run(self, launcher: str, ranks: int, per_node: int, command: Sequence, **more: object) -> subprocess.CompletedProcess:
        """Runs a command of several ranks on the first nodes, as many on each."""
        count = -(-ranks // per_node)
        names = [f"node{i}" for i in range(1, count + 1)]
        on_slurm = [f"-N{count}", f"-n{ranks}", f"--ntasks-per-node={per_node}", f"--nodelist={','.join(names)}"]
        (FOLDER / "hosts_openmpi").write_text("".join(f"{name} slots={per_node}\n" for name in names))
        (FOLDER / "hosts_mpich").write_text("".join(f"{name}:{per_node}\n" for name in names))
        start = {
            "openmpi": ["mpirun.openmpi", "--hostfile", FOLDER / "hosts_openmpi", "-np", str(ranks), "--bind-to", "none",
                        "--mca", "plm_rsh_agent", FOLDER / "enter"],
            "mpich": ["mpiexec.mpich", "-f", FOLDER / "hosts_mpich", "-n", str(ranks), "-launcher", "ssh",
                      "-launcher-exec", FOLDER / "enter"],
            "srun": ["srun", "--kill-on-bad-exit", *on_slurm],
            "srun-pmix": ["srun", "--kill-on-bad-exit", "--mpi=pmix", *on_slurm],
            "srun-pmi2": ["srun", "--kill-on-bad-exit", "--mpi=pmi2", *on_slurm],
            "salloc-mpirun": ["salloc", *on_slurm, "mpirun.openmpi", "--bind-to", "none"]}[launcher]
        return subprocess.run([*start, *command], **({"capture_output": True, "text": True, "timeout": 90} | more))

    def sbatch(self, script: str, *options: str, timeout_s: float = 120.0) -> str:
        """Returns the number of a job, or of an array of jobs, that has ended."""
        job = subprocess.run(["sbatch", "--parsable", *options], input=script, check=True, capture_output=True, text=True,
                             timeout=60).stdout.strip()
        wait_for(lambda: not subprocess.run(["squeue", "-h", "-j", job], capture_output=True).stdout,
                 f"job {job} has not ended", timeout_s)
        return job

    def joules_of(self, step: str) -> int:
        """Returns what Slurm's accounting has of a step, such as 1.0, once it has it."""
        found = ""

        def is_known() -> bool:
            nonlocal found
            found = subprocess.run(["sacct", "-j", step, "-o", "ConsumedEnergyRaw,State", "-P", "-n"], capture_output=True,
                                   text=True).stdout.strip()
            return found.endswith("|COMPLETED") and not found.startswith(("|", "0|"))
        wait_for(is_known, f"the energy of {step}")
        return int(found.split("|")[0])

    def start_slurm(self, count: int, accounting: bool) -> None:
        folder = FOLDER / "slurm"
        munge, mysqld = pathlib.Path("/run/munge"), pathlib.Path("/run/mysqld")  # where others look for their sockets
        for path in (folder, folder / "state", folder / "database", munge, mysqld):
            path.mkdir()
        # Where there is a socket of munged, mpirun calls it, for 5 s if nobody answers.
        for path in (folder, munge, mysqld):
            self.ends.callback(shutil.rmtree, path, ignore_errors=True)
        # More processors than there are, so that small programs need not wait for each other.
        text = SLURM_CONF + f"NodeName=node[1-{count}] CPUs=8 State=UNKNOWN\n"
        (folder / "munge.key").write_bytes(os.urandom(128))
        (folder / "munge.key").chmod(0o400)
        self.start(["munged", "--foreground", "--force", f"--key-file={folder}/munge.key"])
        if accounting:
            text += ("AccountingStorageType=accounting_storage/slurmdbd\nAccountingStorageHost=head\n"
                     "AcctGatherEnergyType=acct_gather_energy/rapl\n")
            (folder / "slurmdbd.conf").write_text(SLURMDBD_CONF)
            (folder / "slurmdbd.conf").chmod(0o600)
        (folder / "slurm.conf").write_text(text)
        (folder / "cgroup.conf").write_text("IgnoreSystemd=yes\n")
        (folder / "mpi.conf").write_text("PMIxCliTmpDirBase=/var/tmp\n")
        wait_for(lambda: answers("munge", "--no-input"), "munged does not answer")
        if accounting:
            self.start_accounting(folder, mysqld / "mysqld.sock")
            self.accounting = True
        self.start(["slurmctld", "-D"])
        for i in range(1, count + 1):
            self.start([FOLDER / "enter", f"node{i}", "exec slurmd -D"])
        wait_for(lambda: subprocess.run(["sinfo", "-h", "-t", "idle", "-o", "%D"], capture_output=True,
                                        text=True).stdout.strip() == str(count), "not every node is idle in Slurm")
        listed = subprocess.run(["srun", "--mpi=list"], capture_output=True, text=True)
        self.slurm_mpi = listed.stdout + listed.stderr

    def start_accounting(self, folder: pathlib.Path, socket: pathlib.Path) -> None:
        self.start(["mariadbd", "--no-defaults", f"--datadir={folder}/database", "--skip-grant-tables", "--skip-networking",
                    f"--socket={socket}", "--user=root", "--innodb-flush-log-at-trx-commit=0"])
        wait_for(socket.exists, "the database is not up")
        self.start(["slurmdbd", "-D"])
        wait_for(lambda: answers("sacctmgr", "-i", "add", "cluster", "cluster"), "slurmdbd does not answer")


@contextlib.contextmanager
def cluster(count: int, *, boots: dict[int, str] | None = None, ahead_s: dict[int, int] | None = None,
            options: dict[int, list[str]] | None = None, slurm: bool = False, accounting: bool = False) -> Iterator[Cluster]:
    """Starts node1 to node{count}; by a node's index: its boot id, how far its clock is ahead, options of powercap_fuse."""
    with contextlib.ExitStack() as ends:
        made = Cluster(ends)
        started = {i: made.start_node(i, (boots or {}).get(i) or str(uuid.uuid4()), (ahead_s or {}).get(i, 0),
                                      (options or {}).get(i, [])) for i in range(1, count + 1)}
        for i, process in started.items():
            wait_for(lambda: (FOLDER / f"node{i}/pid").exists() or process.poll() is not None, f"node{i} is not up")  # noqa: B023
            if process.poll() is not None:
                skip(f"a simulated machine does not start: {(FOLDER / 'log').read_text().strip()}")
        if slurm:
            try:
                made.start_slurm(count, accounting)
            except (TimeoutError, OSError, subprocess.SubprocessError) as problem:
                made.accounting = False
                print(f"without Slurm, which does not start here: {problem}", flush=True)
        yield made
