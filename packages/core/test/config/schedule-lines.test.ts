import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/config/configuration-error.ts";
import { loadConfig } from "../../src/config/load.ts";
import { temporaryFolder } from "../temporary-folder.ts";

let dir: string;

beforeEach(async () => {
  dir = await temporaryFolder();
});

async function linesOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  const { agents } = await loadConfig(dir, { env: {} });
  return agents.flatMap(({ schedules }) =>
    schedules.map(
      ({ name, source }) => `${name} ${source.file.slice(dir.length + 1)}:${source.line}`,
    ),
  );
}

const own = `name: a
schedules:
  s: &base
    type: interval
    interval: 5m
    prompt: Go.
  t: { <<: [*base], interval: 1h }
`;

describe("the place of a schedule", () => {
  it("is its line in the agent's file", async () => {
    expect(await linesOf({ "a.yaml": own })).toEqual(["s a.yaml:3", "t a.yaml:7"]);
  });

  it("is its line in the fleet's file, for one of the defaults or of an override", async () => {
    const fleet = `defaults:
  schedules:
    d: &d { type: interval, interval: 5m, prompt: Go. }
agents:
  - path: a.yaml
    overrides:
      schedules:
        <<: { m: *d }
        o: *d
`;
    const lines = await linesOf({ "herdctl.yaml": fleet, "a.yaml": "name: a\n" });
    expect(lines.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "d herdctl.yaml:3",
      "m herdctl.yaml:8",
      "o herdctl.yaml:9",
    ]);
  });

  it("is where a problem with what it takes over is", async () => {
    const text = own.replace("    prompt: Go.\n", "    prompt: Go.\n    catch_up: never\n");
    const error = await linesOf({ "a.yaml": text }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ problems: [{ line: 7, column: 15 }] });
  });
});
