import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FleetManager } from "@herdctl/core";
import type { TestFleet } from "@herdctl/testing";
import { eventually } from "../runner/processes.ts";
import { killDaemonWhen } from "./start-daemon.ts";

/** A command that leaves a trace each time it runs, and is done once it is released. */
export const untilReleased = "echo ran >>ran; until [ -e go ]; do sleep 0.05; done";

/** Starts a job of agent `a`, and resolves with its id once it is in its tool. */
export async function startInTool(test: TestFleet, fleet: FleetManager): Promise<string> {
  await fleet.initialize();
  await fleet.start();
  const { id } = await fleet.trigger("a");
  await untilInTool(test);
  return id;
}

/** Resolves once agent `a` is in its tool. */
export async function untilInTool(test: TestFleet): Promise<void> {
  await eventually(() => isInTool(test), "the tool");
}

/** Leaves a job of agent `a` in its tool, without its daemon; resolves with its id. */
export function leaveInTool(test: TestFleet): Promise<string> {
  return killDaemonWhen(test, "a", () => isInTool(test));
}

export const isInTool = (test: TestFleet): boolean => existsSync(join(test.workspace("a"), "ran"));

export const release = (test: TestFleet): Promise<void> =>
  writeFile(join(test.workspace("a"), "go"), "");
