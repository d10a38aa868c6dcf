import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let dir: string;

beforeEach(async () => {
  dir = await temporaryFolder();
  await mkdir(join(dir, "agents"));
  await writeFile(join(dir, "herdctl.yaml"), "version: 1\nagents: [agents/*.yaml]\n");
});

function agentFile(name: string): string {
  return `name: ${name}\nschedules:\n  s:\n    type: interval\n    interval: 1h\n    prompt_file: ${name}.md\n`;
}

describe("a fleet of many files", () => {
  it("leaves turns to others while it is loaded", async () => {
    const names = Array.from({ length: 100 }, (_, index) => `a${index}`);
    await Promise.all(
      names.flatMap((name) => [
        writeFile(join(dir, "agents", `${name}.yaml`), agentFile(name)),
        writeFile(join(dir, "agents", `${name}.md`), `Do ${name}.`),
      ]),
    );
    let turns = 0;
    let isLoading = true;
    const count = (): void => {
      turns += 1;
      if (isLoading) setImmediate(count);
    };
    setImmediate(count);
    const { agents } = await loadConfig(dir, { env: {} });
    isLoading = false;
    expect(new Set(agents.map(({ schedules }) => schedules[0]?.prompt))).toEqual(
      new Set(names.map((name) => `Do ${name}.`)),
    );
    // 200 files, 16 in a turn.
    expect(turns).toBeGreaterThanOrEqual(12);
  });
});
