import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl } from "./herdctl.ts";
import { shareFleet } from "./shared-fleet.ts";

const { fleet, where } = await shareFleet({
  agents: { a: { default_prompt: "x", permission_mode: "bypassPermissions" } },
  scripts: { a: script().tool("Bash", { command: "true" }).text("Done.") },
});

/** What an SDK is to its API, in an older version of that, telling each span that ends. */
const sdk = `
const parentKey = Symbol.for("OpenTelemetry Context Key SPAN");
let last = 0;
const startSpan = (name, options, context) => {
  const id = (++last).toString(16).padStart(16, "0");
  const parent = context.getValue(parentKey)?.name;
  const span = {
    name,
    spanContext: () => ({ traceId: "1".repeat(32), spanId: id, traceFlags: 1 }),
    setAttribute: () => span,
    setAttributes: () => span,
    setStatus: () => span,
    end: () => console.error("span", JSON.stringify({ name, parent })),
  };
  return span;
};
const trace = { getTracer: () => ({ startSpan }) };
globalThis[Symbol.for("opentelemetry.js.api.1")] = { version: "1.4.0", trace };
`;

test("the command line traces with an SDK that is loaded before it", async () => {
  const file = join(fleet.dir, "tracing.mjs");
  await writeFile(file, sdk);
  const env = { ...where.env, NODE_OPTIONS: `--import ${file}` };
  const ran = await herdctl(["trigger", "a"], { ...where, env });
  expect(ran).toMatchObject({ exitCode: 0 });
  const spans = [...ran.stderr.matchAll(/^span (.*)$/gm)].map(
    ([, json = ""]) => JSON.parse(json) as { name: string; parent?: string },
  );
  const [bash, first, second, run] = spans;
  expect(spans).toHaveLength(4);
  expect(run).toEqual({ name: "invoke_agent a" });
  expect(second).toMatchObject({ parent: run?.name });
  expect(first).toMatchObject({
    name: expect.stringMatching(/^chat claude/),
    parent: run?.name,
  });
  expect(bash).toEqual({ name: "execute_tool Bash", parent: first?.name });
});
