import { randomUUID } from "node:crypto";
import { testImage } from "@herdctl/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  type OwnContainer,
  reapContainers,
} from "../../src/runner/runtime/container/reap-containers.ts";
import { warmName } from "../../src/runner/runtime/container/warm-container.ts";
import { docker, keptContainers, noEngine } from "./engine.ts";

/** Makes a container that says of itself that it is kept; resolves with its id. */
async function keep(stateDir: string, slot: number, name?: string): Promise<string> {
  const labels = { "herdctl.state": stateDir, "herdctl.agent": "a", "herdctl.warm": String(slot) };
  const flags = Object.entries(labels).map(([label, value]) => `--label=${label}=${value}`);
  const called = name ?? warmName({ stateDir, agentName: "a", slot });
  const image = await testImage();
  const id = await docker("run", "-d", "--rm", `--name=${called}`, ...flags, image, "sleep", "300");
  onTestFinished(async () => void (await docker("rm", "--force", id).catch(() => undefined)));
  return id;
}

const nameOf = (id: string): Promise<string> => docker("inspect", "--format", "{{.Name}}", id);

describe.skipIf(noEngine)("an idle container", () => {
  it("that a job begins to use while it is being ended keeps its name and stays", async () => {
    const stateDir = `/nowhere/${randomUUID()}`;
    const [begun, idle] = [await keep(stateDir, 1), await keep(stateDir, 2)];
    const looks: OwnContainer[] = [];
    const isWanted = (container: OwnContainer): boolean => {
      looks.push(container);
      const slot = container.kind === "warm" ? container.slot : 0;
      return slot === 1 && looks.filter((look) => look === container).length > 1;
    };
    const ended = await reapContainers({ stateDir, isWanted });
    expect(ended).toEqual([warmName({ stateDir, agentName: "a", slot: 2 })]);
    expect(await keptContainers({ stateDir })).toEqual([begun]);
    expect(await nameOf(begun)).toBe(`/${warmName({ stateDir, agentName: "a", slot: 1 })}`);
    await expect(nameOf(idle)).rejects.toThrow(/no such/i);
  });

  it("that was retired by somebody who died is ended, unless something runs in it", async () => {
    const stateDir = `/nowhere/${randomUUID()}`;
    const used = await keep(stateDir, 1, `herdctl-retired-${randomUUID()}`);
    await keep(stateDir, 1, `herdctl-retired-${randomUUID()}`);
    const isWanted = (container: OwnContainer): boolean =>
      container.kind === "warm" && (container.isCurrent || container.id === used);
    expect(await reapContainers({ stateDir, isWanted })).toHaveLength(1);
    expect(await keptContainers({ stateDir })).toEqual([used]);
  });
});
