import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ServicePlan } from "./service-plan.ts";
import { quoteUnitWord, renderSystemdUnit } from "./systemd-unit.ts";

const plan: ServicePlan = {
  name: "herdctl-f",
  description: "herdctl fleet 100% f",
  start: ["/opt/node", "--env-file=/s/service.env", "/opt/it's/herdctl.js", "start"],
  stop: ["/opt/node", "/opt/it's/herdctl.js", "stop", "--leave-running"],
  workingDirectory: "/fleets/100% f",
  path: "/opt/a b:/usr/bin",
  logFile: "/s/logs/console.log",
};

test("a restart leaves the jobs alone, and what trying again does not cure is not tried again", () => {
  const unit = renderSystemdUnit(plan);
  expect(unit).toContain("\nKillMode=process\n");
  expect(unit).toContain("\nRestart=on-failure\n");
  expect(unit).toContain("\nRestartPreventExitStatus=2 4\n");
  expect(unit).toContain(
    `\nExecStart="/opt/node" "--env-file=/s/service.env" "/opt/it's/herdctl.js" "start"\n`,
  );
  expect(unit).toContain(
    `\nExecStop="/opt/node" "/opt/it's/herdctl.js" "stop" "--leave-running"\n`,
  );
  expect(unit).toContain("\nWorkingDirectory=/fleets/100%% f\n");
  expect(unit).toContain('\nEnvironment="PATH=/opt/a b:/usr/bin"\n');
});

test.each([
  ["plain", '"plain"'],
  ["two words", '"two words"'],
  ['a"b\\c', String.raw`"a\"b\\c"`],
  ["$HOME 50%", '"$$HOME 50%%"'],
])("systemd takes %j from %s", (word, quoted) => {
  expect(quoteUnitWord(word)).toBe(quoted);
});

test.skipIf(!hasSystemd())("systemd finds nothing wrong with a unit", () => {
  const dir = mkdtempSync(join(tmpdir(), "herdctl 100% $unit-"));
  const program = join(dir, "node");
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);
  const runtime = join(dir, "run");
  mkdirSync(runtime);
  const unit = join(dir, "herdctl-f.service");
  const start = [program, ...plan.start.slice(1)];
  const stop = [program, ...plan.stop.slice(1)];
  writeFileSync(unit, renderSystemdUnit({ ...plan, start, stop, workingDirectory: dir }));
  const env = { ...process.env, XDG_RUNTIME_DIR: runtime };
  const said = execFileSync("systemd-analyze", ["verify", "--user", unit], { env, stdio: "pipe" });
  expect(said.toString()).toBe("");
});

function hasSystemd(): boolean {
  try {
    execFileSync("systemd-analyze", ["--version"]);
    return true;
  } catch {
    return false;
  }
}
