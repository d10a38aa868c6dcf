import { join } from "node:path";
import { onTestFinished } from "vitest";
import { StateManager, type StateManagerOptions } from "../../src/state/manager.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** An open state directory that is closed after the test. */
export async function openState(options: Partial<StateManagerOptions> = {}): Promise<StateManager> {
  const stateDir = options.stateDir ?? join(await temporaryFolder(), "state");
  const state = await StateManager.open({ ...options, stateDir });
  onTestFinished(() => state.close());
  return state;
}
