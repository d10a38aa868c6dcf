import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createModelServer, type ModelServer, script } from "@herdctl/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ran } from "../runner/harness.ts";
import { result, wireUsage } from "../runner/messages.ts";
import { openStage } from "./stage.ts";

let server: ModelServer;
let dir: string;

beforeAll(async () => {
  server = await createModelServer();
  dir = await mkdtemp(join(tmpdir(), "herdctl-lines-"));
});

afterAll(async () => {
  await server.close();
  await rm(dir, { recursive: true, force: true });
});

const session_id = "<session>";
const init = {
  type: "system",
  subtype: "init",
  session_id,
  model: "opus",
  apiKeySource: "none",
  tools: [],
  mcp_servers: [],
};
const end = {
  ...result({ result: "Done.", modelUsage: { opus: wireUsage(10, 0.5) } }),
  session_id,
};

/** What claude says of an answer on stdout, and what its session file keeps of it. */
function answer(text: string): readonly [object, object] {
  const uuid = randomUUID();
  const message = {
    id: "msg_1",
    role: "assistant",
    model: "opus",
    content: [{ type: "text", text }],
  };
  return [
    { type: "assistant", uuid, session_id, parent_tool_use_id: null, message },
    { type: "assistant", uuid, sessionId: session_id, isSidechain: false, message },
  ];
}

let runs = 0;

/** Runs the cli runtime with a claude that says these lines. */
async function run(lines: {
  readonly stdout: readonly unknown[];
  readonly session: readonly unknown[];
}): Promise<Ran> {
  runs += 1;
  const stage = await openStage({ server, runtime: "cli", dir: join(dir, `${runs}`) });
  const file = join(stage.dir, "lines.json");
  const text = (line: unknown): string => (typeof line === "string" ? line : JSON.stringify(line));
  await writeFile(
    file,
    JSON.stringify({ stdout: lines.stdout.map(text), session: lines.session.map(text) }),
  );
  const program = fileURLToPath(new URL("children/scripted-claude.ts", import.meta.url));
  const claudePath = join(stage.dir, "claude");
  await writeFile(
    claudePath,
    `#!/bin/sh\nexec "${process.execPath}" --conditions=herdctl-source "${program}" "$@"\n`,
    { mode: 0o755 },
  );
  return stage.run(script(), { claudePath, agent: { env: { SCRIPTED_LINES: file } } });
}

describe("a claude of another time", () => {
  it("may say kinds of line that nobody knows: they are kept, and end nothing", async () => {
    const [said, kept] = answer("Hello.");
    const ran = await run({
      stdout: [init, { type: "brand_new", session_id, news: 1 }, said, end],
      session: [{ type: "brand-new-line", news: 2 }, { news: 3 }, kept],
    });
    expect(ran.outcome).toMatchObject({ exitReason: "success", summary: "Done.", costUsd: 0.5 });
    expect(ran.lines.map(({ type, subtype }) => `${type} ${subtype ?? ""}`.trim())).toEqual([
      "system init",
      "other brand_new",
      "assistant",
      "result success",
    ]);
  });

  it("may write what is no JSON", async () => {
    const [said, kept] = answer("Hello.");
    const ran = await run({
      stdout: ["Warning: something is old.", init, said, "", end],
      session: ["{broken", kept],
    });
    expect(ran.outcome).toMatchObject({ exitReason: "success", summary: "Done." });
    expect(ran.lines.filter((line) => line.type === "assistant")).toMatchObject([
      { text: "Hello." },
    ]);
  });

  it("may write a line of 20 MB", async () => {
    const text = "all of it ".repeat(2_000_000);
    const [said, kept] = answer(text);
    const ran = await run({ stdout: [init, said, end], session: [kept] });
    expect(ran.outcome.exitReason).toBe("success");
    expect(ran.lines.find((line) => line.type === "assistant")?.text?.length).toBe(text.length);
  });

  it("may keep no session file at all", async () => {
    const [said] = answer("Hello.");
    const ran = await run({ stdout: [init, said, end], session: [] });
    expect(ran.outcome).toMatchObject({ exitReason: "success", summary: "Done." });
    expect(ran.lines.map((line) => line.type)).toEqual(["system", "assistant", "result"]);
  });
});
