import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readUntoldResult } from "../../src/runner/runtime/untold-result.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "herdctl-untold-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const note = (inputTokens: number, costUSD: number): string =>
  `${JSON.stringify({ type: "cost-state", modelUsage: { opus: { inputTokens, costUSD, kind: "x" } } })}\n`;
const said = `${JSON.stringify({ type: "assistant", uuid: "1" })}\n`;

async function sessionOf(...lines: readonly string[]): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.jsonl`);
  await writeFile(path, lines.join(""));
  return path;
}

const run = { sessionId: "s1", turns: 2 };

it("tells what a run has used by its session's last note", async () => {
  const path = await sessionOf(said, note(5, 0.25), said, note(10, 0.5));
  expect(await readUntoldResult({ ...run, session: { path, offset: 0 } })).toMatchObject({
    type: "result",
    subtype: "error_during_execution",
    session_id: "s1",
    num_turns: 2,
    total_cost_usd: 0.5,
    model_usage_since_last_result: { opus: { inputTokens: 10, costUSD: 0.5 } },
  });
});

it("leaves out what earlier runs of the session have used", async () => {
  const before = said + note(10, 0.5);
  const path = await sessionOf(before, said, note(30, 2));
  const session = { path, offset: Buffer.byteLength(before) };
  expect(await readUntoldResult({ ...run, session })).toMatchObject({
    model_usage_since_last_result: { opus: { inputTokens: 20, costUSD: 1.5 } },
  });
});

it("leaves out what the source of a fork has used", async () => {
  const source = await sessionOf(said, note(10, 0.5));
  const path = await sessionOf(said, note(30, 2));
  expect(await readUntoldResult({ ...run, session: { path, offset: 0 }, source })).toMatchObject({
    model_usage_since_last_result: { opus: { inputTokens: 20, costUSD: 1.5 } },
  });
});

it.each([
  ["of a killed claude", [said]],
  ["that is torn", [said, '{"type":"cost-state","modelUsage"\n']],
  ["of another time", [said, '{"type":"cost-state","modelUsage":{"opus":3}}\n']],
  ["that is not there", []],
])("has nothing to tell by a session %s", async (_name, lines) => {
  const path = await sessionOf(...lines);
  expect(await readUntoldResult({ ...run, session: { path, offset: 0 } })).toBeUndefined();
});
