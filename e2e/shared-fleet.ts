import { createTestFleet, type TestFleet, type TestFleetOptions } from "@herdctl/testing";
import { afterAll } from "vitest";
import type { CommandOptions } from "./herdctl.ts";

export interface SharedFleet {
  readonly fleet: TestFleet;
  readonly where: CommandOptions;
}

/** A fleet that the tests of a file share, and where their commands run. */
export async function shareFleet(options: TestFleetOptions): Promise<SharedFleet> {
  const fleet = await createTestFleet(options);
  afterAll(() => fleet[Symbol.asyncDispose]());
  return { fleet, where: { cwd: fleet.dir, env: fleet.env } };
}
