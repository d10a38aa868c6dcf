import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { FleetManager } from "@herdctl/core";
import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { leaveInTool, release, startInTool, untilReleased } from "./held-tool.ts";

const exporter = new InMemorySpanExporter();
let begun = 0;

beforeEach(() => {
  exporter.reset();
  begun = 0;
  const processor = new SimpleSpanProcessor({ exporter });
  const counter = {
    onStart: () => void (begun += 1),
    onEnd: () => undefined,
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor, counter] }));
});

afterEach(() => {
  trace.disable();
  vi.restoreAllMocks();
});

const worker = { default_prompt: "x", permission_mode: "bypassPermissions" };

it("a job is a span, with its turns in it and their tool calls in them", async () => {
  await using test = await createTestFleet({
    agents: { a: worker },
    scripts: {
      a: script()
        .text("Let me see.")
        .tool("Read", { file_path: "/no/such/file" })
        .tool("Bash", { command: "echo $TRACEPARENT" })
        .text("Done."),
    },
  });
  await using fleet = await started(test.manager());
  const job = await fleet.waitForJob((await fleet.trigger("a")).id);
  const spans = finished();
  const run = named(spans, "invoke_agent a");
  expect(run).toMatchObject({ kind: SpanKind.INTERNAL, status: { code: SpanStatusCode.UNSET } });
  expect(run.parentSpanContext).toBeUndefined();
  // Claude Code makes it the parent of its own spans, and hands it on.
  const { traceId, spanId } = run.spanContext();
  expect(job.output).toContain(`00-${traceId}-${spanId}-01`);
  const [used] = Object.values(job.result?.usage ?? {});
  expect(run.attributes).toMatchObject({
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": "a",
    "gen_ai.request.model": expect.stringContaining("claude"),
    "gen_ai.conversation.id": job.sessionId,
    "gen_ai.usage.output_tokens": used?.outputTokens,
    "herdctl.job.id": job.id,
    "herdctl.job.trigger": "manual",
    "herdctl.job.outcome": "success",
    "herdctl.job.cost_usd": job.result?.costUsd,
    "herdctl.job.turns": job.result?.turns,
  });

  const turns = spans.filter(({ name }) => name.startsWith("chat "));
  expect(turns.map(({ attributes }) => attributes["herdctl.turn"])).toEqual([1, 2, 3]);
  for (const turn of turns) {
    expect(isIn(turn, run)).toBe(true);
    expect(turn.kind).toBe(SpanKind.CLIENT);
  }
  const read = named(spans, "execute_tool Read");
  const bash = named(spans, "execute_tool Bash");
  expect(turns[0] && isIn(read, turns[0])).toBe(true);
  expect(turns[1] && isIn(bash, turns[1])).toBe(true);
  expect(read).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { "error.type": "tool_error", "gen_ai.tool.name": "Read" },
  });
  expect(bash.status.code).toBe(SpanStatusCode.UNSET);
  expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain("/no/such/file");
});

it("what a subagent does is in the call that started it", async () => {
  await using test = await createTestFleet({
    agents: { a: worker },
    scripts: {
      a: script()
        .subagent("look", script().tool("Bash", { command: "true" }).text("Seen."))
        .text("Done."),
    },
  });
  await using fleet = await started(test.manager());
  await fleet.waitForJob((await fleet.trigger("a")).id);
  const spans = finished();
  const bash = named(spans, "execute_tool Bash");
  const call = spans.find((span) => isIn(bash, span));
  expect(call?.name).toMatch(/^execute_tool (Agent|Task)$/);
});

it("a job that fails is an error with its reason", async () => {
  await using test = await createTestFleet({
    agents: { a: { ...worker, max_turns: 1 } },
    scripts: { a: script().tool("Bash", { command: "true" }).text("Never said.") },
  });
  await using fleet = await started(test.manager());
  const job = await fleet.waitForJob((await fleet.trigger("a")).id);
  expect(named(finished(), "invoke_agent a")).toMatchObject({
    status: { code: SpanStatusCode.ERROR, message: job.error?.message ?? "max_turns" },
    attributes: { "error.type": "max_turns", "herdctl.job.outcome": "max_turns" },
  });
});

it("an answer that the model refused is an error, too", async () => {
  await using test = await createTestFleet({
    agents: { a: worker },
    scripts: { a: script().tool("Bash", { command: "true" }).error(400, { times: "always" }) },
  });
  await using fleet = await started(test.manager());
  await fleet.waitForJob((await fleet.trigger("a")).id);
  const turns = finished().filter(({ name }) => name.startsWith("chat "));
  expect(turns.map(({ status }) => status.code)).toEqual([
    SpanStatusCode.UNSET,
    SpanStatusCode.ERROR,
  ]);
  expect(turns[1]?.attributes).toHaveProperty(["error.type"]);
});

it("a cancelled job ends its spans, and is no error", async () => {
  await using test = await createTestFleet({
    agents: { a: worker },
    scripts: { a: script().text("Wait.").tool("Bash", { command: "sleep 600" }).text("Never.") },
  });
  await using fleet = await started(test.manager());
  const { id } = await fleet.trigger("a");
  await expect.poll(() => fleet.getJob(id).output).toContain("sleep");
  await fleet.cancelJob(id);
  const spans = finished();
  expect(named(spans, "invoke_agent a")).toMatchObject({
    status: { code: SpanStatusCode.UNSET },
    attributes: { "herdctl.job.outcome": "cancelled" },
  });
  expect(named(spans, "execute_tool Bash")).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
  });
});

it("a job that is left and taken over has two spans, the second with a link to the first", async () => {
  await using test = await createTestFleet({
    agents: { a: { ...worker, runtime: "cli" } },
    scripts: {
      a: script().text("Starting.").tool("Bash", { command: untilReleased }).text("done"),
    },
  });
  await using fleet = test.manager();
  const id = await startInTool(test, fleet);
  await fleet.stop({ leaveRunning: true });
  const first = named(finished(), "invoke_agent a");
  expect(first.attributes["herdctl.job.outcome"]).toBe("left");
  await release(test);
  await fleet.start();
  await fleet.waitForJob(id);
  const [, second] = finished().filter(({ name }) => name === "invoke_agent a");
  expect(second?.attributes).toMatchObject({ "herdctl.job.outcome": "success" });
  expect(second?.links.map(({ context }) => context.spanId)).toEqual([first.spanContext().spanId]);
});

it("a job whose daemon died gets its span from the next", async () => {
  await using test = await createTestFleet({
    agents: { a: worker },
    scripts: { a: script().tool("Bash", { command: untilReleased }).text("Never.") },
  });
  const id = await leaveInTool(test);
  await using fleet = await started(test.manager());
  const job = await fleet.waitForJob(id);
  expect(job.exitReason).toBe("interrupted");
  const run = named(finished(), "invoke_agent a");
  expect(run).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { "error.type": "interrupted", "herdctl.job.id": id },
  });
  expect(millisecondsOf(run.startTime)).toBe(job.startedAt?.getTime());
});

it("a job that an agent asked for is in the trace of that agent", async () => {
  await using test = await createTestFleet({
    agents: { lead: { ...worker, can_trigger: ["a"] }, a: worker },
    scripts: {
      lead: script()
        .tool("mcp__herdctl__trigger_agent", { agent: "a", prompt: "Work.", wait: true })
        .text("Led."),
      a: script().text("Done."),
    },
  });
  await using fleet = await started(test.manager());
  await fleet.waitForJob((await fleet.trigger("lead")).id);
  const spans = finished();
  expect(isIn(named(spans, "invoke_agent a"), named(spans, "invoke_agent lead"))).toBe(true);
});

it("an SDK that came with an older API is heard, too", async () => {
  const provider = trace.getTracerProvider();
  Reflect.set(globalThis, Symbol.for("opentelemetry.js.api.1"), {
    version: "1.4.0",
    trace: provider,
  });
  try {
    await using test = await createTestFleet({
      agents: { a: worker },
      scripts: { a: script().text("Done.") },
    });
    await using fleet = await started(test.manager());
    await fleet.waitForJob((await fleet.trigger("a")).id);
    expect(named(finished(), "invoke_agent a")).toBeDefined();
  } finally {
    Reflect.deleteProperty(globalThis, Symbol.for("opentelemetry.js.api.1"));
  }
});

it("an SDK that fails harms no job", async () => {
  trace.disable();
  const broken = {
    getTracer: () => ({
      startSpan: () => {
        throw new Error("no room for spans");
      },
      startActiveSpan: () => {
        throw new Error("no room for spans");
      },
    }),
  };
  trace.setGlobalTracerProvider(broken);
  await using test = await createTestFleet({
    agents: { a: worker },
    scripts: { a: script().text("Done.") },
  });
  await using fleet = await started(test.manager());
  const job = await fleet.waitForJob((await fleet.trigger("a")).id);
  expect(job.exitReason).toBe("success");
});

it("without an SDK nothing is traced", async () => {
  trace.disable();
  await using test = await createTestFleet({
    agents: { a: worker },
    scripts: { a: script().text("Done.") },
  });
  await using fleet = await started(test.manager());
  const prompt = inPrompt(script().text("Done."));
  const job = await fleet.waitForJob(
    (await fleet.trigger("a", undefined, { promptOverride: prompt })).id,
  );
  expect(job.exitReason).toBe("success");
  expect(begun).toBe(0);
});

async function started(fleet: FleetManager): Promise<FleetManager> {
  await fleet.initialize();
  await fleet.start();
  return fleet;
}

/** Spans in the order of their beginning; each that began has ended, once. */
function finished(): readonly ReadableSpan[] {
  const spans = exporter.getFinishedSpans();
  expect(spans).toHaveLength(begun);
  return spans.toSorted((a, b) => millisecondsOf(a.startTime) - millisecondsOf(b.startTime));
}

function named(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const found = spans.filter((span) => span.name === name);
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} spans are called ${name}`);
  return only;
}

function isIn(inner: ReadableSpan, outer: ReadableSpan): boolean {
  const { spanId, traceId } = outer.spanContext();
  const isSameTrace = inner.spanContext().traceId === traceId;
  return isSameTrace && inner.parentSpanContext?.spanId === spanId;
}

function millisecondsOf([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1_000 + nanoseconds / 1_000_000;
}
