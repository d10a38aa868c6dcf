import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModelServer, type ModelServer } from "@herdctl/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RuntimeType } from "../../src/config/resolved.ts";
import { findJobProcesses } from "../../src/processes/reap.ts";
import { containersOf, noEngine } from "../containers/engine.ts";
import type { Ran } from "../runner/harness.ts";
import { type Case, playCase } from "./case.ts";
import { answers } from "./cases/answers.ts";
import { apiErrors } from "./cases/api-errors.ts";
import { failures } from "./cases/failures.ts";
import { folders } from "./cases/folders.ts";
import { limits } from "./cases/limits.ts";
import { mcp } from "./cases/mcp.ts";
import { prompts } from "./cases/prompts.ts";
import { sessions } from "./cases/sessions.ts";
import { subagents } from "./cases/subagents.ts";
import { tools } from "./cases/tools.ts";
import { type Comparable, toComparable } from "./comparable.ts";
import { type DifferenceName, differences } from "./differences.ts";
import { expectAsSpoken } from "./spoken.ts";
import { openStage, runtimes, type Stage } from "./stage.ts";

let server: ModelServer;
let dir: string;

beforeAll(async () => {
  server = await createModelServer();
  dir = await mkdtemp(join(tmpdir(), "herdctl-runtimes-"));
});

afterAll(async () => {
  await server.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

interface Played {
  readonly played: Case;
  readonly stage: Stage;
  readonly runs: readonly Ran[];
}

const groups: readonly (readonly [string, readonly Case[]])[] = [
  ["answers", answers],
  ["tools", tools],
  ["subagents", subagents],
  ["MCP servers", mcp],
  ["errors of the API", apiErrors],
  ["limits", limits],
  ["sessions", sessions],
  ["prompts", prompts],
  ["folders", folders],
  ["failures of the machine", failures],
];

const options = { concurrent: true };

describe.each(groups)("a runtime, about %s,", options, (_group, cases) => {
  it.each(cases)("$name", async (played) => {
    const [first, ...others] = await Promise.all(
      runtimes.map((runtime) => playBare(played, runtime)),
    );
    for (const other of others) if (first) expectAlike(first, other, played.differs);
  });
});

describe.skipIf(noEngine).each(groups)(
  "in a container, about %s, a runtime",
  options,
  (_group, cases) => {
    it.each(cases)("$name", async (played) => {
      for (const runtime of runtimes) {
        const [bare, contained] = await Promise.all([
          playBare(played, runtime),
          play(played, runtime, true),
        ]);
        expectAlike(bare, contained, played.differsInContainer);
      }
    });
  },
);

const bareRuns = new Map<string, Promise<Played>>();

/** Once, whoever compares with it. */
function playBare(played: Case, runtime: RuntimeType): Promise<Played> {
  const key = `${runtime} ${played.name}`;
  const run = bareRuns.get(key) ?? play(played, runtime);
  bareRuns.set(key, run);
  return run;
}

let stages = 0;

async function play(played: Case, runtime: RuntimeType, isContained = false): Promise<Played> {
  stages += 1;
  const folder = join(dir, `${stages}-${runtime}`);
  const stage = await openStage({ server, runtime, dir: folder, isContained });
  const runs = await playCase(played, stage);
  for (const ran of runs) {
    expectNothingLeft(ran);
    if (isContained) expect(await containersOf(ran.jobId)).toEqual([]);
    if (runtime === "cli") expectAsSpoken(ran, stage);
  }
  const all = { played, stage, runs };
  expectCase(all);
  const last = runs.at(-1);
  if (last) await played.check?.(last, stage);
  return all;
}

/** The same but for what the case says must differ, and that does. */
function expectAlike(first: Played, other: Played, named: readonly DifferenceName[] = []): void {
  const [a, b] = [comparables(first), comparables(other)];
  const without = (runs: readonly Comparable[], hidden: readonly DifferenceName[]) =>
    hidden.reduce((left, name) => left.map(differences[name].without), runs);
  expect(without(b, named)).toEqual(without(a, named));
  for (const name of named) {
    const others = named.filter((another) => another !== name);
    expect(without(b, others), `${name} does not show`).not.toEqual(without(a, others));
  }
}

function comparables({ played, stage, runs }: Played): readonly Comparable[] {
  return runs.map((ran) => toComparable(ran, stage, played));
}

function expectCase({ played, runs, stage }: Played): void {
  const outcome = runs.at(-1)?.outcome;
  expect({ runtime: stage.runtime, ...outcome }).toMatchObject({
    runtime: stage.runtime,
    exitReason: played.reason,
    ...played.outcome,
  });
  expect(outcome?.status === "completed").toBe(played.reason === "success");
  expect(outcome?.error === undefined).toBe(played.reason === "success");
}

function expectNothingLeft(ran: Ran): void {
  expect(ran.survivors).toEqual([]);
  if (ran.record) expect(findJobProcesses(ran.record)).toEqual([]);
}
