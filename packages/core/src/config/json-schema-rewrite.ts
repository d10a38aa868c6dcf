import type { Rename } from "./legacy.ts";
import { omit } from "./omit.ts";
import { isMapping } from "./value-path.ts";

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A text with a variable in it: the definition `variable` of every schema made here. */
export const variable: JsonSchema = { type: "string", pattern: String.raw`\$\{` };

const annotations = new Set(["title", "description", "default", "examples", "deprecated"]);

/** Lets `${NAME}` stand wherever a number, a boolean or a text of a certain form is wanted. */
export function allowVariables(node: JsonSchema): JsonSchema {
  const layer = node["layer"];
  if (typeof layer === "string") {
    return { description: node["description"], allOf: [{ $ref: `#/definitions/${layer}` }] };
  }
  if (!wantsForm(node)) return mapSchemas(node, (part) => allowVariables(part));
  const entries = Object.entries(node);
  const notes = Object.fromEntries(entries.filter(([key]) => annotations.has(key)));
  const form = Object.fromEntries(entries.filter(([key]) => !annotations.has(key)));
  return { ...notes, anyOf: [form, { $ref: "#/definitions/variable" }] };
}

function wantsForm({ type, pattern, enum: values, const: constant }: JsonSchema): boolean {
  if (constant !== undefined) return false;
  if (type === "number" || type === "integer" || type === "boolean") return true;
  return values !== undefined || (type === "string" && pattern !== undefined);
}

/**
 * The same without anything that has to be there: another file may bring it. Lists are not merged:
 * what is in them is complete.
 */
export function withoutRequirements(node: JsonSchema): JsonSchema {
  const { oneOf, items } = node;
  const rest = omit(node, ["required", "oneOf", "items"]);
  // Without its required parts, a value may fit several branches.
  const loose = oneOf === undefined ? rest : { ...rest, anyOf: oneOf };
  const kept = Object.entries(loose).filter(([, value]) => !isRequirement(value));
  const inside = mapSchemas(Object.fromEntries(kept), (part) =>
    isMapping(part["not"]) ? part : withoutRequirements(part),
  );
  const { allOf } = inside;
  const rules = Array.isArray(allOf) ? allOf.filter((rule) => Object.keys(rule).length > 0) : [];
  return {
    ...omit(inside, ["allOf"]),
    ...(rules.length > 0 && { allOf: rules }),
    ...(items !== undefined && { items }),
  };
}

function isRequirement(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => isMapping(item) && isBare(item));
}

function isBare(schema: JsonSchema): boolean {
  return schema["required"] !== undefined && schema["type"] === undefined;
}

/** Adds the other name of a field, and that only one of the two may be there. */
export function addOldName(schema: JsonSchema, rename: Rename): JsonSchema {
  return changeAt(schema, rename.at, (holder) => {
    const [old = "", nested] = rename.from;
    if (!isMapping(holder["properties"]) || !(rename.to in holder["properties"])) return holder;
    const twin = {
      required: [rename.to, old],
      ...(nested !== undefined && { properties: { [old]: { required: [nested] } } }),
    };
    const limited = withRule(holder, { not: twin });
    if (nested !== undefined) return limited;
    const description = `Older name of \`${rename.to}\`.`;
    const both = withProperties(limited, {
      [old]: { ...asMapping(holder["properties"][rename.to]), description, deprecated: true },
    });
    return eitherRequired(both, rename.to, old);
  });
}

/** The schema of a mapping with more keys. */
export function withProperties(node: JsonSchema, more: JsonSchema): JsonSchema {
  return { ...node, properties: { ...asMapping(node["properties"]), ...more } };
}

function eitherRequired(node: JsonSchema, name: string, old: string): JsonSchema {
  const required = node["required"];
  if (!Array.isArray(required) || !required.includes(name)) return node;
  const others: unknown[] = required.filter((key) => key !== name);
  const either = { anyOf: [{ required: [name] }, { required: [old] }] };
  return withRule({ ...node, required: others }, either);
}

function withRule(node: JsonSchema, rule: JsonSchema): JsonSchema {
  const rules: unknown[] = Array.isArray(node["allOf"]) ? node["allOf"] : [];
  return { ...node, allOf: [...rules, rule] };
}

type Change = (node: JsonSchema) => JsonSchema;

/** Changes the schemas at a pattern of keys; `*` is any key or item, and unions change in each branch. */
function changeAt(
  node: JsonSchema,
  [step, ...rest]: readonly string[],
  change: Change,
): JsonSchema {
  const branches = node["anyOf"] ?? node["oneOf"];
  if (Array.isArray(branches) && node["properties"] === undefined) {
    const at = step === undefined ? [] : [step, ...rest];
    const changed = branches.map((branch: unknown) => changeAt(asMapping(branch), at, change));
    return { ...node, [node["anyOf"] ? "anyOf" : "oneOf"]: changed };
  }
  if (step === undefined) return change(node);
  const deeper = (part: unknown) => changeAt(asMapping(part), rest, change);
  if (step !== "*") {
    const properties = asMapping(node["properties"]);
    return step in properties ? withProperties(node, { [step]: deeper(properties[step]) }) : node;
  }
  const any = node["items"] === undefined ? "additionalProperties" : "items";
  return isMapping(node[any]) ? { ...node, [any]: deeper(node[any]) } : node;
}

function asMapping(value: unknown): JsonSchema {
  return isMapping(value) ? value : {};
}

/** A copy with `change` applied to each schema directly inside, with its key where it is a field. */
export function mapSchemas(
  node: JsonSchema,
  change: (inner: JsonSchema, key?: string) => JsonSchema,
): JsonSchema {
  const inside = (part: unknown, key?: string) => (isMapping(part) ? change(part, key) : part);
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (key === "properties") {
        const properties = Object.entries(asMapping(value));
        return [
          key,
          Object.fromEntries(properties.map(([name, part]) => [name, inside(part, name)])),
        ];
      }
      if (["anyOf", "oneOf", "allOf"].includes(key) && Array.isArray(value)) {
        return [key, value.map((part) => inside(part))];
      }
      return [key, key === "items" || key === "additionalProperties" ? inside(value) : value];
    }),
  );
}
