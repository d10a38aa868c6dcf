import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Options, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { claudeBinary, script } from "../src/index.ts";
import { type Bench, blocksOf, createBench, promptOf, runSdk, type Source } from "./run-claude.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await createBench();
});

afterAll(() => bench[Symbol.asyncDispose]());

function options(more: Options = {}): Options {
  return {
    cwd: bench.dir,
    env: bench.env(),
    pathToClaudeCodeExecutable: claudeBinary(),
    permissionMode: "acceptEdits",
    settingSources: [],
    ...more,
  };
}

function said(source: Source): SDKUserMessage {
  return {
    type: "user",
    message: { role: "user", content: promptOf(source) },
    parent_tool_use_id: null,
  };
}

test("query() follows a script with thinking, text, a real tool and a cost", async () => {
  const path = join(bench.dir, "sdk.txt");
  const source = script()
    .thinking("Hm.")
    .text("Writing.")
    .tool("Write", { file_path: path, content: "by the sdk" })
    .text("Written.");
  const run = await runSdk({ prompt: promptOf(source), options: options() });
  expect(blocksOf(run).map((block) => block.type)).toEqual([
    "thinking",
    "text",
    "tool_use",
    "text",
  ]);
  expect(await readFile(path, "utf8")).toBe("by the sdk");
  expect(run.result).toMatchObject({ result: "Written.", is_error: false });
  expect(run.result.total_cost_usd).toBeGreaterThan(0);
});

test("query() gets partial messages chunk by chunk", async () => {
  const run = await runSdk({
    prompt: promptOf(script().text("abcdef", { chunks: 3 })),
    options: options({ includePartialMessages: true }),
  });
  const deltas = run.messages.flatMap((message) =>
    message.type === "stream_event" && message.event.type === "content_block_delta"
      ? [message.event.delta]
      : [],
  );
  expect(deltas).toEqual(["ab", "cd", "ef"].map((text) => ({ type: "text_delta", text })));
});

test("query() gets structured output", async () => {
  const schema = { type: "object", properties: { score: { type: "number" } }, required: ["score"] };
  const run = await runSdk({
    prompt: promptOf(script().text("Scoring.").structured({ score: 7 })),
    options: options({ outputFormat: { type: "json_schema", schema } }),
  });
  expect(run.result).toMatchObject({ structured_output: { score: 7 } });
});

test("an agent's own system prompt reaches the server", async () => {
  await runSdk({
    prompt: promptOf(script().text("Aye.")),
    options: options({ systemPrompt: "You are the captain." }),
  });
  expect(bench.server.requests.at(-1)?.system).toContain("You are the captain.");
});

test("a script that is queued while another runs takes over", async () => {
  const first = script()
    .tool("Bash", { command: "python3 -c 'import time; time.sleep(0.5)'" })
    .text("Never said.");
  const second = script()
    .text("Second begins.")
    .tool("Bash", { command: "echo on" })
    .text("Second ends.");
  async function* turns(): AsyncGenerator<SDKUserMessage> {
    yield said(first);
    await bench.server.waitForRequest(({ prompt }) => prompt.includes("Never said."));
    yield said(second);
    await bench.server.waitForRequest(
      ({ prompt, answer }) => prompt.includes("Second ends.") && answer === 1,
    );
  }
  const run = await runSdk({
    prompt: turns(),
    options: options({
      permissionMode: "bypassPermissions",
      allowDangerouslySkipPermissions: true,
    }),
  });
  const texts = blocksOf(run).flatMap((block) => (block.type === "text" ? [block["text"]] : []));
  expect(texts).toEqual(["Second begins.", "Second ends."]);
});

test("a stall lasts until the client gives up", async () => {
  const abortController = new AbortController();
  const marker = "waiting for nobody";
  const run = runSdk({
    prompt: promptOf(script().text(marker).stall()),
    options: options({ abortController }),
  });
  await bench.server.waitForRequest(({ prompt }) => prompt.includes(marker));
  abortController.abort();
  await expect(run).rejects.toThrow();
});
