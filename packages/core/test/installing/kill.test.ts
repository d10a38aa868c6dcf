import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { addAgent } from "../../src/installing/add-agent.ts";
import { fetchAgent } from "../../src/installing/fetch-agent.ts";
import { listInstalledAgents } from "../../src/installing/installed-agents.ts";
import { removeAgent } from "../../src/installing/remove-agent.ts";
import { startChild } from "../child.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { createFleetFolder } from "./fleet-folder.ts";
import { writeFiles } from "./repository.ts";

// Milliseconds into the addition, which takes about ten of them.
const instants = [0, 2, 4, 6, 9, 13].map((ms) => [`after ${ms} ms`, ms] as const);

test.each([...instants, ["at its end", undefined] as const])(
  "what kill -9 leaves of an addition, %s, is removed, and the agent can be added anew",
  async (_, instant) => {
    const source = await temporaryFolder();
    await writeFiles(source, { "agent.yaml": "name: guest\n", "docs/a.md": "A" });
    const fleet = await createFleetFolder();
    const before = await fleet.snapshot();
    const child = startChild("installing/children/add.ts", {
      args: [fleet.place.configPath, source],
    });
    expect(await child.next()).toBe("fetched");
    child.process.stdin?.write("go\n");
    await (instant === undefined ? child.next() : delay(instant));
    await child.kill();

    await rm(join(fleet.dir, "herdctl.lock.json.held"), { force: true });
    const options = { ...fleet.place, stateDir: fleet.stateDir };
    const left = await listInstalledAgents(fleet.place);
    if (instant === undefined) expect(left).toHaveLength(1);
    if (left.length > 0) await removeAgent("guest", options);
    await addAgent(await fetchAgent({ ...fleet.place, source }), fleet.place);
    await removeAgent("guest", options);
    expect(await withoutTraces(fleet.snapshot())).toEqual(before);
  },
);

/** A write that was killed leaves a file beside its own; and the folder of all agents stays. */
async function withoutTraces(
  snapshot: Promise<Readonly<Record<string, string>>>,
): Promise<Readonly<Record<string, string>>> {
  const entries = Object.entries(await snapshot);
  return Object.fromEntries(
    entries.filter(([path]) => path !== "agents" && !/^herdctl\.\w+(?:\.json)?\.\d+$/.test(path)),
  );
}
