import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FaultName, script } from "../src/index.ts";
import { type Bench, blocksOf, createBench, type Run } from "./run-claude.ts";

let bench: Bench;

beforeAll(async () => {
  bench = await createBench({
    scripts: { alpha: script().tool("Bash", { command: "echo one" }).text("Alpha is done.") },
  });
});

afterAll(() => bench[Symbol.asyncDispose]());

function resultText({ result }: Run): string {
  return result.subtype === "success" ? result.result : result.subtype;
}

function types(run: Run): string[] {
  return run.messages.map((message) =>
    "subtype" in message ? `${message.type}/${message.subtype}` : message.type,
  );
}

describe("speaks as scripted", () => {
  test("with thinking, text in pieces and a cost", async () => {
    const run = await bench.cli(
      script()
        .thinking("Let me see.")
        .text("Good morning.", { chunks: 3, every: 5, usage: { output: 50 } }),
    );
    expect(blocksOf(run)).toMatchObject([
      { type: "thinking", thinking: "Let me see." },
      { type: "text", text: "Good morning." },
    ]);
    expect(run.exitCode).toBe(0);
    expect(run.result).toMatchObject({ result: "Good morning.", num_turns: 1, is_error: false });
    expect(run.result.usage).toMatchObject({ input_tokens: 100, output_tokens: 50 });
    expect(run.result.total_cost_usd).toBeGreaterThan(0);
  });

  test("as the agent that the environment names", async () => {
    const env = bench.server.env(join(bench.dir, "home"), { agentName: "alpha" });
    expect(resultText(await bench.cli("Do your work.", { env }))).toBe("Alpha is done.");
  });

  test("about a script that has no meaning", async () => {
    const run = await bench.cli('<herdctl-script>[{"say":"hi"}]</herdctl-script>');
    expect(resultText(run)).toMatch(/^script error: step 1 must have one of/);
  });

  test("nothing, when the answer is empty, even when asked again", async () => {
    const run = await bench.cli(script().stop());
    expect(blocksOf(run)).toEqual([]);
    expect(resultText(run)).toBe("");
  });

  test("on, when the token limit was hit", async () => {
    const run = await bench.cli(script().text("Part one").stop("max_tokens").text("Part two"));
    expect(blocksOf(run).map((block) => block["text"])).toEqual(["Part one", "Part two"]);
  });

  test("in the given structure", async () => {
    const schema = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
    const args = ["--json-schema", JSON.stringify(schema)];
    const run = await bench.cli(script().structured({ ok: true }), { args });
    expect(run.result).toMatchObject({ structured_output: { ok: true }, is_error: false });
  });
});

describe("has real tools used", () => {
  test("one after the other and several at once", async () => {
    const path = join(bench.dir, "note.txt");
    const run = await bench.cli(
      script()
        .text("Writing.")
        .tool("Write", { file_path: path, content: "first" })
        .tools([
          { tool: "Edit", input: { file_path: path, old_string: "first", new_string: "second" } },
          { tool: "Bash", input: { command: "echo parallel" } },
        ])
        .text("Written."),
    );
    expect(await readFile(path, "utf8")).toBe("second");
    expect(resultText(run)).toBe("Written.");
    expect(JSON.stringify(run.messages)).toContain("parallel");
  });

  test("by subagents that follow scripts of their own, in parallel", async () => {
    const inner = (name: string) =>
      script()
        .tool("Bash", { command: `echo from ${name}` })
        .text(`${name} is done.`);
    const run = await bench.cli(
      script()
        .tools([
          { subagent: "Look left", script: inner("left").steps },
          { subagent: "Look right", script: inner("right").steps },
        ])
        .text("Both are back."),
    );
    expect(resultText(run)).toBe("Both are back.");
    const text = JSON.stringify(run.messages);
    for (const part of ["from left", "from right", "left is done.", "right is done."]) {
      expect(text).toContain(part);
    }
  });

  test("in the background, with a turn of its own when they end", async () => {
    const run = await bench.cli(
      script()
        .subagent("Look around", script().wait(50).text("Nothing there."), { background: true })
        .text("Waiting.")
        .stop()
        .text("All is over."),
    );
    expect(types(run).filter((type) => type === "result/success")).toHaveLength(2);
    expect(resultText(run)).toBe("All is over.");
  });

  test("until the turns run out", async () => {
    const endless = script().repeat(script().tool("Bash", { command: "echo again" }));
    const run = await bench.cli(endless, { args: ["--max-turns", "3"] });
    expect(run.result).toMatchObject({ subtype: "error_max_turns", is_error: true });
  });

  test("not, when the permission is missing", async () => {
    const path = join(bench.dir, "..", "outside.txt");
    const run = await bench.cli(
      script().tool("Write", { file_path: path, content: "x" }).text("Refused."),
    );
    expect(run.result).toMatchObject({ permission_denials: [{ tool_name: "Write" }] });
  });
});

describe("fails as scripted", () => {
  const once = { CLAUDE_CODE_MAX_RETRIES: "1" };

  test("twice, then goes on", async () => {
    const run = await bench.cli(script().error(529, { times: 2 }).text("Fine now."));
    expect(types(run).filter((type) => type === "system/api_retry")).toHaveLength(2);
    expect(run.result).toMatchObject({ result: "Fine now.", is_error: false });
  });

  test.each([
    [400, { message: "messages: something is off" }, {}],
    [401, {}, once],
    [403, {}, {}],
    [404, {}, {}],
    [413, {}, {}],
    [429, { headers: { "retry-after": "120" } }, {}],
    [500, { headers: { "x-should-retry": "false" } }, {}],
    [529, { headers: { "x-should-retry": "false" } }, {}],
  ])("for good with %i", async (status, options, env) => {
    const run = await bench.cli(script().error(status, { times: "always", ...options }), { env });
    expect(run.result).toMatchObject({ is_error: true, api_error_status: status });
    expect(run.exitCode).toBe(1);
  });

  test("for good, with a usage limit that says when it resets", async () => {
    const resetsAt = Math.ceil(Date.now() / 1_000) + 3_600;
    const headers = {
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-reset": String(resetsAt),
      "anthropic-ratelimit-unified-representative-claim": "five_hour",
    };
    const exactEnv = bench.server.env(join(bench.dir, "home"), { credential: "token" });
    const run = await bench.cli(script().error(429, { times: "always", headers }), {
      exactEnv,
    });
    expect(run.messages).toContainEqual(
      expect.objectContaining({
        type: "rate_limit_event",
        rate_limit_info: expect.objectContaining({
          status: "rejected",
          resetsAt,
          rateLimitType: "five_hour",
        }),
      }),
    );
  });

  test.each<FaultName>(["malformed", "empty_stream", "error_event", "html", "reset"])(
    "with %s once, then goes on",
    async (name) => {
      const run = await bench.cli(script().fault(name).text("Recovered."));
      expect(run.result).toMatchObject({ result: "Recovered.", is_error: false });
    },
  );

  test.each(["blocks", "unfinished", 700] as const)("by a cut (%s), and completes", async (at) => {
    const run = await bench.cli(script().text("The whole answer.").cut(at).text("Never said."));
    expect(run.result).toMatchObject({ result: "The whole answer.", is_error: false });
  });

  test.each(["blocks", "unfinished"] as const)("by cuts (%s) beyond recovery", async (at) => {
    const run = await bench.cli(script().text("Half").cut(at, { times: "always" }), { env: once });
    expect(run.result.is_error).toBe(true);
  });
});

describe("keeps its place", () => {
  const steps = (name: string) =>
    script().text(`${name} begins.`).tool("Bash", { command: "echo on" }).text(`${name} ends.`);

  test("through resumed and forked sessions", async () => {
    const first = await bench.cli(steps("First"));
    const id = first.result.session_id;
    const resumed = await bench.cli(steps("Second"), { args: ["--resume", id] });
    const forked = await bench.cli(steps("Third"), { args: ["--resume", id, "--fork-session"] });
    const unscripted = await bench.cli("And now?", { args: ["--resume", id] });
    expect([first, resumed, forked, unscripted].map(resultText)).toEqual([
      "First ends.",
      "Second ends.",
      "Third ends.",
      "Nothing is scripted for this.",
    ]);
    expect([first, resumed, forked].map(({ result }) => result.num_turns)).toEqual([2, 2, 2]);
    expect(resumed.result.session_id).toBe(id);
    expect(forked.result.session_id).not.toBe(id);
  });

  test("through a compaction, after which the script is over", async () => {
    const tooLong = { message: "prompt is too long: 210000 tokens > 200000 maximum" };
    const run = await bench.cli(
      script().tool("Bash", { command: "echo 1" }).error(400, tooLong).text("Never said."),
    );
    expect(types(run)).toContain("system/compact_boundary");
    expect(resultText(run)).toBe("Done.");
  });

  test("in ten sessions at once with failures of their own", async () => {
    const runs = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        bench.cli(
          script()
            .error(529)
            .tool("Bash", { command: `echo ${index}` })
            .text(`Run ${index}.`),
        ),
      ),
    );
    expect(runs.map(resultText)).toEqual(Array.from({ length: 10 }, (_, index) => `Run ${index}.`));
    for (const run of runs) {
      expect(types(run).filter((type) => type === "system/api_retry")).toHaveLength(1);
    }
  });
});
