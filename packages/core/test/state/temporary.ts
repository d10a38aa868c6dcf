import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { StateManager, type StateManagerOptions } from "../../src/state/manager.ts";

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "herdctl-state-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An open state directory that is closed after the test. */
export async function openState(options: Partial<StateManagerOptions> = {}): Promise<StateManager> {
  const stateDir = options.stateDir ?? join(await temporaryFolder(), "state");
  const state = await StateManager.open({ ...options, stateDir });
  onTestFinished(() => state.close());
  return state;
}
