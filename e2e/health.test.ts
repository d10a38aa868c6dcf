import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, startHerdctl } from "./herdctl.ts";
import { shareFleet } from "./shared-fleet.ts";

const { fleet, where } = await shareFleet({
  agents: { a: { default_prompt: "x" } },
  scripts: { a: script().text("Done.") },
});

test("status tells what keeps a running daemon from its work", async () => {
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  const well = await herdctl(["status", "--json"], where);
  expect(JSON.parse(well.stdout)).toMatchObject({ running: true, health: { claudeProcesses: 0 } });
  using other = new DatabaseSync(join(fleet.stateDir, "herdctl.db"));
  other.exec("BEGIN IMMEDIATE");
  const ill = await herdctl(["status"], where);
  expect(ill).toMatchObject({ exitCode: 0, stderr: "" });
  expect(ill.stdout).toContain("problem: its store takes nothing");
  other.exec("ROLLBACK");
  const mended = await herdctl(["status"], where);
  expect(mended.stdout).not.toContain("problem");
});

test("without a daemon, not running is no problem", async () => {
  const { stdout } = await herdctl(["status"], where);
  expect(stdout).toContain("not running");
  expect(stdout).not.toContain("problem");
});
