// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/memory/cgroup.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>

#include "catch.hpp"
#include "unit/meters/system_tree.hpp"

using namespace perjoule;

namespace {

constexpr const char* v2_mount =
    "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr const char* v1_mount =
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:5 - cgroup cgroup rw,memory\n";
constexpr const char* other_mounts =
    "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n31 22 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n";

/// A system's root with the files of groups.
class Groups : public SystemTree {
 public:
  void belongs_to(const std::string& lines) const { put("proc/self/cgroup", lines); }
  void mounts(const std::string& lines) const {
    put("proc/self/mountinfo",
        std::string(other_mounts) + lines + "40 22 0:9 / /tmp rw - tmpfs t rw");
  }
  /// @param group  its folder below the root
  void v2(const std::string& group, const std::string& limit, const char* current = "4096",
          const char* peak = "8192") const {
    put(group + "/cgroup.controllers", "cpu memory");
    put(group + "/cgroup.events", "populated 1\nfrozen 0");
    put(group + "/memory.max", limit);
    put(group + "/memory.current", current);
    put(group + "/memory.peak", peak);
  }
  void v1(const std::string& group, const std::string& limit, const char* current = "4096",
          const char* peak = "8192") const {
    put(group + "/memory.limit_in_bytes", limit);
    put(group + "/memory.usage_in_bytes", current);
    put(group + "/memory.max_usage_in_bytes", peak);
  }
  /// Adds the root of all groups of version 2: it counts no memory of its own.
  void v2_root(const std::string& group) const { put(group + "/cgroup.controllers", "cpu memory"); }
  /// Adds a group whose parent does not give it the memory controller.
  void v2_without_memory(const std::string& group) const {
    put(group + "/cgroup.controllers", "cpu");
    put(group + "/cgroup.events", "populated 1");
  }

  [[nodiscard]] CgroupMemory memory() const { return cgroup_memory(root()); }
  [[nodiscard]] std::string path() const {
    const std::string whole = memory().path;
    return whole.substr(whole.empty() ? 0 : root().size());
  }
  /// @return  below 0 if it is missing
  [[nodiscard]] double limit() const {
    const CgroupMemory read = memory();
    return read.limit.is_known() ? read.limit.value.si() : -1.0;
  }
};

bool is_missing(const CgroupMemory& group, const char* why) {
  return !group.limit.is_known() && !group.is_unlimited && has(group.why_missing, why);
}

/// Returns a path of this many nested groups, whose names have a hundred letters each.
std::string deep_path(int groups) {
  std::string path;
  for (int i = 0; i < groups; ++i) path += "/" + std::string(100, 'a');
  return path;
}

}  // namespace

TEST_CASE("a group of the second version is read", "[memory][group]") {
  const Groups tree;
  tree.belongs_to("0::/user.slice/mlp.scope");
  tree.mounts(v2_mount);
  tree.v2_root("sys/fs/cgroup");
  tree.v2("sys/fs/cgroup/user.slice", "max");
  tree.v2("sys/fs/cgroup/user.slice/mlp.scope", "1073741824", "12288", "20480");
  const CgroupMemory group = tree.memory();
  CHECK(tree.path() == "/sys/fs/cgroup/user.slice/mlp.scope");
  CHECK(group.limit.value.si() == 1073741824.0);
  CHECK(group.limit.provenance == Provenance::measured);
  CHECK_FALSE(group.is_unlimited);
  CHECK(group.current.value.si() == 12288.0);
  CHECK(group.peak.value.si() == 20480.0);
  CHECK(group.why_missing.empty());
}

TEST_CASE("a group of the first version is read", "[memory][group]") {
  const Groups tree;
  tree.belongs_to("9:name=systemd:/x\n4:cpu,memory:/job/7\n1:cpuset:/\n");
  tree.mounts("35 31 0:32 / /sys/fs/cgroup/cpu,memory rw - cgroup cgroup rw,cpu,memory\n");
  tree.v1("sys/fs/cgroup/cpu,memory", "9223372036854771712");
  tree.v1("sys/fs/cgroup/cpu,memory/job", "9223372036854771712");
  tree.v1("sys/fs/cgroup/cpu,memory/job/7", "1073741824", "12288", "20480");
  const CgroupMemory group = tree.memory();
  CHECK(tree.path() == "/sys/fs/cgroup/cpu,memory/job/7");
  CHECK(group.limit.value.si() == 1073741824.0);
  CHECK(group.current.value.si() == 12288.0);
  CHECK(group.peak.value.si() == 20480.0);
  CHECK(group.why_missing.empty());
}

TEST_CASE("where both versions are mounted the one that has the controller of memory counts",
          "[memory][group]") {
  const Groups tree;
  const std::string both =
      std::string(v1_mount) + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
  tree.mounts(both);
  tree.v2_root("sys/fs/cgroup/unified");
  tree.v2("sys/fs/cgroup/unified/b", "2097152");
  tree.v1("sys/fs/cgroup/memory", "9223372036854771712");
  tree.v1("sys/fs/cgroup/memory/a", "1048576");
  SECTION("the first") {
    tree.belongs_to("4:memory:/a\n1:cpu:/b\n0::/b");
    CHECK(tree.path() == "/sys/fs/cgroup/memory/a");
    CHECK(tree.limit() == 1048576.0);
  }
  SECTION("the first, in whatever order") {
    tree.belongs_to("0::/b\n4:memory:/a");
    CHECK(tree.limit() == 1048576.0);
  }
  SECTION("the second") {
    tree.belongs_to("1:cpu:/a\n5:name=memory:/a\n0::/b");
    CHECK(tree.path() == "/sys/fs/cgroup/unified/b");
    CHECK(tree.limit() == 2097152.0);
  }
  SECTION("the second, without a list of mounts") {
    tree.remove("proc/self/mountinfo");
    tree.belongs_to("1:cpu:/a\n0::/b");
    CHECK(tree.limit() == 2097152.0);
  }
}

TEST_CASE("without a list of mounts groups are looked for where they are by convention",
          "[memory][group]") {
  const Groups tree;
  SECTION("of the second version") {
    tree.belongs_to("0::/a");
    tree.v2_root("sys/fs/cgroup");
    tree.v2("sys/fs/cgroup/a", "1048576");
    CHECK(tree.limit() == 1048576.0);
  }
  SECTION("of the first version") {
    tree.belongs_to("4:memory:/a");
    tree.v1("sys/fs/cgroup/memory", "9223372036854771712");
    tree.v1("sys/fs/cgroup/memory/a", "1048576");
    CHECK(tree.limit() == 1048576.0);
  }
}

TEST_CASE("a list of mounts without control groups says that none can be seen", "[memory][group]") {
  const Groups tree;
  tree.belongs_to("0::/");
  tree.mounts("");
  tree.v2("sys/fs/cgroup", "1048576");  // which is not mounted
  CHECK(is_missing(tree.memory(), "isn't below what is mounted here"));
}

TEST_CASE("in a container that names its group as it is outside, what is mounted is the group",
          "[memory][group]") {
  const Groups tree;
  SECTION("second version") {
    tree.belongs_to("0::/docker/0123abc");
    tree.mounts(v2_mount);
    tree.v2("sys/fs/cgroup", "1048576");
    CHECK(tree.path() == "/sys/fs/cgroup");
    CHECK(tree.limit() == 1048576.0);
  }
  SECTION("first version") {
    tree.belongs_to("4:memory:/docker/0123abc");
    tree.mounts(v1_mount);
    tree.v1("sys/fs/cgroup/memory", "1048576");
    CHECK(tree.path() == "/sys/fs/cgroup/memory");
    CHECK(tree.limit() == 1048576.0);
  }
  SECTION("not one whose name begins alike") {
    tree.belongs_to("0::/docker/0123abc");
    tree.mounts(v2_mount);
    tree.v2("sys/fs/cgroup", "1048576");
    tree.v2("sys/fs/cgroup/docker", "4096");  // of a container within this one
    CHECK(tree.limit() == 1048576.0);
  }
}

TEST_CASE("in a container whose mount shows only its group, the names above it are left out",
          "[memory][group]") {
  const Groups tree;
  tree.mounts("35 31 0:32 /docker/0123 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
  tree.v1("sys/fs/cgroup/memory", "2097152");
  tree.v1("sys/fs/cgroup/memory/job", "1048576");
  tree.v1("sys/fs/cgroup/memory4", "4096");
  tree.belongs_to("4:memory:/docker/0123");
  CHECK(tree.path() == "/sys/fs/cgroup/memory");
  tree.belongs_to("4:memory:/docker/0123/job");
  CHECK(tree.path() == "/sys/fs/cgroup/memory/job");
  tree.belongs_to("4:memory:/docker/01234");  // is not below /docker/0123
  CHECK(tree.path() == "/sys/fs/cgroup/memory");
}

TEST_CASE("what is assumed to be the group is never the whole machine", "[memory][group]") {
  const Groups tree;
  SECTION("second version") {
    tree.belongs_to("0::/gone");
    tree.mounts(v2_mount);
    tree.v2_root("sys/fs/cgroup");
  }
  SECTION("first version") {
    tree.belongs_to("4:memory:/gone");
    tree.mounts(v1_mount);
    tree.v1("sys/fs/cgroup/memory", "9223372036854771712");
    tree.put("sys/fs/cgroup/memory/release_agent", "");
  }
  CHECK(is_missing(tree.memory(), "isn't below what is mounted here"));
  CHECK_FALSE(tree.memory().current.is_known());
  CHECK(tree.memory().path.empty());
}

TEST_CASE("a group outside what this process may see is not known", "[memory][group]") {
  const Groups tree;
  tree.v2("sys/fs/cgroup", "1048576");
  tree.put("sys/fs/other/memory.max", "4096");  // where ".." would lead in the file system
  SECTION("by its own path, the one above") {
    tree.belongs_to("0::/..");
    tree.mounts(v2_mount);
  }
  SECTION("by its own path") {
    tree.belongs_to("0::/../other");
    tree.mounts(v2_mount);
  }
  SECTION("by what is mounted") {
    tree.belongs_to("0::/");
    tree.mounts("35 24 0:30 /../.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  }
  CHECK(is_missing(tree.memory(), "isn't below what is mounted here"));
}

TEST_CASE("of several mounts the one that shows the group is taken", "[memory][group]") {
  const Groups tree;
  tree.belongs_to("0::/a");
  tree.v2("mnt/part", "4096");
  tree.v2("sys/fs/cgroup", "max");
  tree.v2("sys/fs/cgroup/a", "1048576");
  tree.v2("mnt/later/a", "8192");
  tree.mounts(std::string("34 24 0:30 /b /mnt/part rw - cgroup2 cgroup2 rw\n") + v2_mount +
              "36 24 0:30 / /mnt/later rw - cgroup2 cgroup2 rw\n");
  CHECK(tree.path() == "/sys/fs/cgroup/a");
  CHECK(tree.limit() == 1048576.0);
}

TEST_CASE("where no mount shows the group, the first one that is there is assumed to be it",
          "[memory][group]") {
  const Groups tree;
  tree.belongs_to("0::/a");
  tree.mounts("34 24 0:30 / /gone rw - cgroup2 cgroup2 rw\n");
  CHECK(is_missing(tree.memory(), "isn't below what is mounted here"));
  tree.mounts(std::string("34 24 0:30 / /gone rw - cgroup2 cgroup2 rw\n") + v2_mount +
              "36 24 0:30 / /mnt/later rw - cgroup2 cgroup2 rw\n");
  tree.v2("sys/fs/cgroup", "1048576");
  tree.v2("mnt/later", "4096");
  CHECK(tree.limit() == 1048576.0);
}

TEST_CASE("a tighter limit above a group is the one that binds", "[memory][group]") {
  const Groups tree;
  SECTION("second version") {
    tree.belongs_to("0::/a/b/c");
    tree.mounts(v2_mount);
    tree.v2_root("sys/fs/cgroup");
    tree.v2("sys/fs/cgroup/a", "1048576", "5000");
    tree.v2("sys/fs/cgroup/a/b", "max", "5000");
    tree.v2("sys/fs/cgroup/a/b/c", "2097152");
  }
  SECTION("second version, above all that a container sees of its own") {
    tree.belongs_to("0::/c");
    tree.mounts(v2_mount);
    tree.v2("sys/fs/cgroup", "1048576", "5000");
    tree.v2("sys/fs/cgroup/c", "2097152");
  }
  SECTION("first version") {
    tree.belongs_to("4:memory:/a/b/c");
    tree.mounts(v1_mount);
    tree.v1("sys/fs/cgroup/memory", "9223372036854771712");
    tree.v1("sys/fs/cgroup/memory/a", "1048576", "5000");
    tree.v1("sys/fs/cgroup/memory/a/b", "4194304", "5000");
    tree.v1("sys/fs/cgroup/memory/a/b/c", "2097152");
  }
  SECTION("first version, which knows of groups that a container doesn't see") {
    tree.belongs_to("4:memory:/");
    tree.mounts(v1_mount);
    tree.v1("sys/fs/cgroup/memory", "2097152");
    tree.put("sys/fs/cgroup/memory/memory.stat",
             "cache 0\nrss 4096\nhierarchical_memory_limit 1048576\n"
             "hierarchical_memsw_limit 9223372036854771712\ntotal_cache 0");
  }
  CHECK(tree.limit() == 1048576.0);
  CHECK(tree.memory().current.value.si() == 4096.0);  // of the group itself
}

TEST_CASE("no limit is not the same as one that can't be read", "[memory][group]") {
  const Groups tree;
  SECTION("second version") {
    tree.belongs_to("0::/a");
    tree.mounts(v2_mount);
    tree.v2_root("sys/fs/cgroup");
    tree.v2("sys/fs/cgroup/a", "max");
    CHECK(tree.memory().is_unlimited);
    CHECK_FALSE(tree.memory().limit.is_known());
    CHECK(tree.memory().current.is_known());
    CHECK(tree.memory().why_missing.empty());
    tree.remove("sys/fs/cgroup/a/memory.max");
  }
  SECTION("first version") {
    tree.belongs_to("4:memory:/a");
    tree.mounts(v1_mount);
    tree.v1("sys/fs/cgroup/memory", "9223372036854771712");
    tree.v1("sys/fs/cgroup/memory/a", "9223372036854771712");
    CHECK(tree.memory().is_unlimited);
    CHECK_FALSE(tree.memory().limit.is_known());
    tree.put("sys/fs/cgroup/memory/a/memory.stat",
             "cache 0\nhierarchical_memory_limit 9223372036854771712\ntotal_cache 0");
    CHECK(tree.memory().is_unlimited);
    tree.put("sys/fs/cgroup/memory/a/memory.stat",
             "cache 0\nhierarchical_memory_limit x\ntotal_cache 0");
  }
  CHECK(is_missing(tree.memory(), "can't be read"));
}

TEST_CASE("the root of all groups has no limit, that of a container has one that isn't seen",
          "[memory][group]") {
  const Groups tree;
  tree.belongs_to("0::/");
  tree.mounts(v2_mount);
  tree.v2_root("sys/fs/cgroup");
  CHECK(tree.memory().is_unlimited);
  CHECK_FALSE(tree.memory().limit.is_known());
  CHECK_FALSE(tree.memory().current.is_known());
  CHECK(has(tree.memory().why_missing, "isn't counted"));
  tree.put("sys/fs/cgroup/cgroup.events", "populated 1");
  CHECK(is_missing(tree.memory(), "can't be read"));
  tree.remove("sys/fs/cgroup/cgroup.events");
  tree.remove("sys/fs/cgroup/cgroup.controllers");  // a folder with nothing in it
  CHECK(is_missing(tree.memory(), "can't be read"));
}

TEST_CASE("a group that doesn't count memory is counted by the nearest one above",
          "[memory][group]") {
  const Groups tree;
  tree.belongs_to("0::/a/b/c");
  tree.mounts(v2_mount);
  tree.v2_without_memory("sys/fs/cgroup/a/b/c");
  tree.v2_without_memory("sys/fs/cgroup/a/b");
  tree.v2("sys/fs/cgroup/a", "1048576", "12288");
  tree.v2_root("sys/fs/cgroup");
  CHECK(tree.path() == "/sys/fs/cgroup/a");
  CHECK(tree.limit() == 1048576.0);
  CHECK(tree.memory().current.value.si() == 12288.0);
}

TEST_CASE("in a container that doesn't count memory, nothing outside its mount is asked",
          "[memory][group]") {
  const Groups tree;
  tree.belongs_to("0::/a");
  tree.mounts(v2_mount);
  tree.v2_without_memory("sys/fs/cgroup/a");
  tree.v2_without_memory("sys/fs/cgroup");
  tree.v2("sys/fs", "1048576");
  CHECK(is_missing(tree.memory(), "can't be read"));
  CHECK_FALSE(tree.memory().current.is_known());
  CHECK(tree.path() == "/sys/fs/cgroup");
}

TEST_CASE("a limit that can't be read leaves the smallest of all unknown", "[memory][group]") {
  const Groups tree;
  for (const char* garbage : {"", "none", "-1", "max1", "12x", "1 2", " 5"}) {
    INFO(garbage);
    tree.belongs_to("0::/a/b");
    tree.mounts(v2_mount);
    tree.v2_root("sys/fs/cgroup");
    tree.v2("sys/fs/cgroup/a", garbage);
    tree.v2("sys/fs/cgroup/a/b", "1048576");
    CHECK(is_missing(tree.memory(), "can't be read"));
    CHECK(tree.memory().current.is_known());
    tree.belongs_to("4:memory:/b");
    tree.mounts(v1_mount);
    tree.v1("sys/fs/cgroup/memory", garbage);
    tree.v1("sys/fs/cgroup/memory/b", "1048576");
    CHECK(is_missing(tree.memory(), "can't be read"));
  }
  tree.remove("sys/fs/cgroup/memory/memory.limit_in_bytes");
  CHECK(is_missing(tree.memory(), "can't be read"));
}

TEST_CASE("what a group takes is missing where it can't be read, not 0", "[memory][group]") {
  const Groups tree;
  tree.belongs_to("0::/a");
  tree.mounts(v2_mount);
  tree.v2_root("sys/fs/cgroup");
  tree.v2("sys/fs/cgroup/a", "1048576", "x", "-1");
  CHECK_FALSE(tree.memory().current.is_known());
  CHECK_FALSE(tree.memory().peak.is_known());
  CHECK(tree.limit() == 1048576.0);
  CHECK(has(tree.memory().why_missing, "takes"));
  tree.v2("sys/fs/cgroup/a", "1048576");
  tree.remove("sys/fs/cgroup/a/memory.peak");  // as before Linux 5.19
  CHECK_FALSE(tree.memory().peak.is_known());
  CHECK(tree.memory().current.is_known());
  CHECK(tree.memory().why_missing.empty());
}

TEST_CASE("without a group in /proc nothing is known of it", "[memory][group]") {
  const Groups tree;
  tree.mounts(v2_mount);
  tree.v2("sys/fs/cgroup", "1048576");
  CHECK(is_missing(tree.memory(), "/proc names no control group"));
  for (const char* garbage :
       {"garbage", "0:", "0:/", "0::", "0::a", "1:cpu:/", "1::/", "/,memory"}) {
    INFO(garbage);
    tree.belongs_to(garbage);
    CHECK(is_missing(tree.memory(), "/proc names no control group"));
  }
}

TEST_CASE("a group's path may have any length that the kernel can be asked for",
          "[memory][group]") {
  const Groups tree;
  tree.mounts(v2_mount);
  tree.v2("sys/fs/cgroup", "max");
  const std::string deep = deep_path(20);
  tree.belongs_to("0::" + deep);
  for (std::size_t end = deep.find('/', 1); end < deep.size(); end = deep.find('/', end + 1)) {
    tree.v2("sys/fs/cgroup" + deep.substr(0, end), "max");
  }
  tree.v2("sys/fs/cgroup" + deep, "1048576");
  CHECK(tree.path() == "/sys/fs/cgroup" + deep);
  CHECK(tree.limit() == 1048576.0);
  // A longer path may or may not exist: it is not treated as a container's.
  tree.belongs_to("0::" + deep_path(50));
  CHECK(is_missing(tree.memory(), "isn't below"));
}

TEST_CASE("a limit is max or a number of bytes, and none from 2^62 on", "[memory][group]") {
  const auto limit = [](const char* content) {
    const std::optional<std::uint64_t> read = detail::parse_limit(content);
    return !read ? -2.0 : *read >= detail::no_limit ? -1.0 : static_cast<double>(*read);
  };
  CHECK(limit("0") == 0.0);
  CHECK(limit("4611686018427383808") == 4611686018427383808.0);  // 2^62 - 4096
  CHECK(limit("4611686018427387904") == -1.0);
  CHECK(limit("9223372036854771712") == -1.0);
  CHECK(limit("9223372036854775807") == -1.0);
  CHECK(limit("18446744073709551615") == -1.0);
  CHECK(limit("max") == -1.0);
  CHECK(limit("") == -2.0);
  CHECK(limit("18446744073709551615x") == -2.0);
  CHECK(limit("maximum") == -2.0);
}

TEST_CASE("a line of mountinfo is read with what is escaped in it", "[memory][group]") {
  const auto mount = detail::parse_cgroup_mount(
      "35 31 0:32 /a\\040b /mnt/c\\134d rw shared:1 master:2 - cgroup2  rw", false);
  REQUIRE(mount);
  CHECK(mount->group == "/a b");
  CHECK(mount->place == "/mnt/c\\d");
  for (const char* line :
       {"", "35 31", " - ", "35 31 0:32 / /mnt rw", "35 31 0:32 / /mnt rw - tmpfs cgroup2 rw",
        "35 31 0:32 / /mnt rw - cgroup cgroup rw,memory", "35 31 0:32 / - cgroup2 cgroup2 rw"}) {
    INFO(line);
    CHECK_FALSE(detail::parse_cgroup_mount(line, false));
  }
  CHECK(detail::parse_cgroup_mount("35 31 0:32 / /m rw - cgroup cgroup memory,rw", true));
  CHECK_FALSE(detail::parse_cgroup_mount("35 31 0:32 / /m rw - cgroup cgroup rw,cpu", true));
  CHECK_FALSE(detail::parse_cgroup_mount("3 1 0:3 / /m rw - cgroup x rw,name=memory", true));
  CHECK_FALSE(detail::parse_cgroup_mount("3 1 0:3 / /m rw - cgroup2 x rw,memory", true));
}

TEST_CASE("a list of mounts may have lines of any length", "[memory][group]") {
  const Groups tree;
  tree.belongs_to("0::/a");
  tree.mounts("50 22 0:44 / /merged rw - overlay overlay rw,lowerdir=" + std::string(100000, 'l') +
              "\n" + v2_mount);
  tree.v2_root("sys/fs/cgroup");
  tree.v2("sys/fs/cgroup/a", "1048576");
  CHECK(tree.limit() == 1048576.0);
}

TEST_CASE("the group of this machine is read, or why it isn't", "[memory][group]") {
  const CgroupMemory group = cgroup_memory();
  INFO(group.path << ": " << group.why_missing);
  if (group.limit.is_known()) CHECK_FALSE(group.is_unlimited);
  if (!group.limit.is_known() && !group.is_unlimited) CHECK_FALSE(group.why_missing.empty());
  if (!group.current.is_known()) CHECK_FALSE(group.why_missing.empty());
  if (group.current.is_known()) {
    CHECK(std::filesystem::is_directory(group.path));
    CHECK(group.current.value.si() > 0.0);
  }
}
