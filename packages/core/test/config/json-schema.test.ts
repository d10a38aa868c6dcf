import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { toFiles } from "./broken-case.ts";
import { brokenCases } from "./broken-cases.ts";

const examples = fileURLToPath(new URL("../../../../examples/", import.meta.url));
const exampleFiles = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".yaml"),
);

const options = { merge: true, resolveKnownTags: false, logLevel: "error" } as const;
const schema = configJsonSchema();
const ajv = new Ajv({ strictTypes: false, strictRequired: false, allErrors: true });
const validate = ajv.compile(schema);

test.each(exampleFiles)("accepts the example %s", (path) => {
  const isValid = validate(parse(readFileSync(examples + path, "utf8"), options));
  expect(validate.errors).toBeNull();
  expect(isValid).toBe(true);
});

const parsed = brokenCases.flatMap((broken) => {
  const { files, fault } = toFiles(broken);
  try {
    return [{ ...broken, value: parse(files[fault.file] ?? "", options) as unknown }];
  } catch {
    return [];
  }
});

test.each(parsed.filter(({ beyondSchema }) => beyondSchema === undefined))(
  "rejects $title",
  ({ value }) => {
    expect(validate(value)).toBe(false);
  },
);

test.each(parsed.filter(({ beyondSchema }) => beyondSchema !== undefined))(
  "cannot know of $title: $beyondSchema",
  ({ value }) => {
    expect(validate(value)).toBe(true);
  },
);

test("takes variables wherever a number, a switch or a choice is wanted", () => {
  const agent = {
    name: "a",
    max_turns: "${TURNS}",
    worktree: "${TREE:-false}",
    effort: "${EFFORT}",
    timeout: "${LIMIT}",
    permission_mode: "${MODE}",
    schedules: { s: { type: "interval", interval: "${EVERY}" } },
  };
  expect(validate(agent)).toBe(true);
});

test("takes an agent file that its fleet's defaults complete", () => {
  expect(validate({ name: "a", schedules: { s: { prompt: "Look." } } })).toBe(true);
});

test("describes every field", () => {
  const bare: string[] = [];
  visit(schema, "", (node, path) => {
    const properties = Object.entries((node["properties"] ?? {}) as Record<string, object>);
    for (const [name, field] of properties) {
      if (!("$ref" in field) && !("description" in field) && !path.includes("/not")) {
        bare.push(`${path}/${name}`);
      }
    }
  });
  expect(bare).toEqual([]);
});

test("stays small enough to lie beside a fleet", () => {
  expect(JSON.stringify(schema, undefined, 2).length).toBeLessThan(100_000);
});

function visit(
  node: unknown,
  path: string,
  see: (node: Readonly<Record<string, unknown>>, path: string) => void,
): void {
  if (typeof node !== "object" || node === null) return;
  see(node as Readonly<Record<string, unknown>>, path);
  for (const [key, value] of Object.entries(node)) visit(value, `${path}/${key}`, see);
}
