import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { ConfigurationError } from "../../src/config/configuration-error.ts";
import { fileJsonSchemas } from "../../src/config/json-schema.ts";
import type { JsonSchema } from "../../src/config/json-schema-rewrite.ts";
import { loadConfig } from "../../src/config/load.ts";
import { writeFiles } from "./files.ts";

const { agent, fleet } = fileJsonSchemas();
const keys = [...new Set([...keysIn(agent), ...keysIn(fleet)])];

const scalar = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1e21, "", "5m", "@daily", "${X}", "${X:-true}", "$${X}", ".."),
  fc.constantFrom("interval", "cron", "github", "shell", "https://example.com", "a:/b", "sdk"),
  fc.string(),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie("value"), { maxLength: 3 }), tie("map")),
  map: fc.dictionary(fc.constantFrom(...keys), tie("value"), { maxKeys: 6 }),
}));
const fields = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 8 });

test("whatever a mapping says, it loads or its problems are at places that exist", async () => {
  const dir = await writeFiles({});
  await fc.assert(
    fc.asyncProperty(fields, fields, async (own, defaults) => {
      const files = {
        "herdctl.yaml": stringify({ version: 1, agents: ["a.yaml"], defaults }),
        "a.yaml": stringify({ ...own, name: "a" }),
      };
      await writeAll(dir, files);
      await expectLoadedOrExplained(dir, files);
    }),
    { numRuns: 150 },
  );
});

test("whatever a text is, it loads or its problems are at places that exist", async () => {
  const dir = await writeFiles({});
  const line = fc.oneof(
    fc.constantFrom("name: a", "tools: [", "- x", "a: &a", "  <<: *a", "\tb: c", "? x", "|", "---"),
    fc.constantFrom("schedules:", "  s: { type: cron, cron: '@daily' }", "env: { A: '${A}' }", "%"),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 6 }), async (lines) => {
      const files = { "herdctl.yaml": lines.join("\n") };
      await writeAll(dir, files);
      await expectLoadedOrExplained(dir, files);
    }),
    { numRuns: 150 },
  );
});

async function writeAll(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) await writeFile(join(dir, path), text);
}

async function expectLoadedOrExplained(
  dir: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const problems = await loadConfig("herdctl.yaml", { cwd: dir, env: {} }).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof ConfigurationError) return error.problems;
      throw new Error("Not a ConfigurationError", { cause: error });
    },
  );
  expect(problems).not.toEqual([]);
  for (const { file, line, column, message } of problems ?? []) {
    const text = files[file.slice(dir.length + 1)]?.split("\n")[line - 1] ?? "";
    expect(column - 1).toBeLessThanOrEqual(text.length);
    expect(message).not.toMatch(/undefined|\[object|Invalid input/);
  }
}

function keysIn(schema: JsonSchema): readonly string[] {
  return Object.entries(schema).flatMap(([key, inner]): readonly string[] => {
    if (typeof inner !== "object" || inner === null) return [];
    const deeper = keysIn(inner as JsonSchema);
    return key === "properties" ? [...Object.keys(inner), ...deeper] : deeper;
  });
}
