import { expect, it } from "vitest";
import { counterFiles, countOf, readCounts } from "./cgroup.ts";

it("finds the counters in both versions of cgroups", () => {
  expect(counterFiles("9:pids:/docker/abc\n4:memory:/docker/abc\n0::/docker/abc\n")).toEqual({
    memory: "/sys/fs/cgroup/memory/docker/abc/memory.oom_control",
    processes: "/sys/fs/cgroup/pids/docker/abc/pids.events",
  });
  expect(counterFiles("0::/system.slice/docker-abc.scope\n")).toEqual({
    memory: "/sys/fs/cgroup/system.slice/docker-abc.scope/memory.events",
    processes: "/sys/fs/cgroup/system.slice/docker-abc.scope/pids.events",
  });
  expect(counterFiles("")).toBeUndefined();
});

it.each([
  ["oom_kill", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", 3],
  ["oom_kill", "low 0\nmax 9\noom 2\noom_kill 1\noom_group_kill 0\n", 1],
  ["max", "max 12\n", 12],
  ["max", "", 0],
])("reads the count of %s", (name, counters, count) => {
  expect(countOf(name, counters)).toBe(count);
});

it("knows nothing of a container that is gone", () => {
  expect(readCounts({ memory: "/nowhere/a", processes: "/nowhere/b" })).toBeUndefined();
});
