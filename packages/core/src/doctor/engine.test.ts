import { expect, it } from "vitest";
import { judgeEngine } from "./engine.ts";

const whole = {
  ServerVersion: "28.2.2",
  CgroupVersion: "2",
  MemoryLimit: true,
  SwapLimit: true,
  PidsLimit: true,
  CpuCfsQuota: true,
  SecurityOptions: ["name=seccomp,profile=default", "name=cgroupns"],
};

it("is content with an engine that gives all of a cage", () => {
  expect(judgeEngine(whole)).toEqual([{ name: "docker", status: "ok", message: "engine 28.2.2" }]);
});

it("names the context by which an engine is found, unless it is the default one", () => {
  const of = (Context: string): unknown => judgeEngine({ ...whole, ClientInfo: { Context } });
  expect(of("rootless")).toMatchObject([{ message: "engine 28.2.2 (Docker context rootless)" }]);
  expect(of("default")).toMatchObject([{ message: "engine 28.2.2" }]);
});

it("does not guess what an engine leaves out", () => {
  expect(judgeEngine({})).toMatchObject([{ status: "ok", message: "engine answers" }]);
});

it.each([
  [
    { MemoryLimit: false, SwapLimit: false },
    /does not enforce `memory`, `memory` \(swap\).*version 2/,
  ],
  [{ PidsLimit: false, CgroupVersion: "1" }, /does not enforce `pids_limit`.*\(version 1 here\)/],
  [{ CpuCfsQuota: false }, /does not enforce `cpus`/],
  [{ SecurityOptions: ["name=rootless"] }, /is rootless.*user: "0:0"/],
  [{ SecurityOptions: ["name=userns"] }, /maps users/],
  [{ SecurityOptions: ["name=selinux"] }, /SELinux.*chcon/],
])("warns of an engine with %j", (differs, words) => {
  const checks = judgeEngine({ ...whole, ...differs });
  expect(checks).toHaveLength(1);
  const [{ status, message, remedy } = { status: "", message: "", remedy: "" }] = checks;
  expect(status).toBe("warning");
  expect(`${message} ${remedy}`).toMatch(words);
});
