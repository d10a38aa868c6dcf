import { type JsonSchema, mapSchemas } from "./json-schema-rewrite.ts";

// A reference to less than this is hardly shorter than what it stands for.
const worthSharing = 60;

interface Part {
  readonly schema: JsonSchema;
  /** Key of the field that has it. */
  readonly key: string;
  count: number;
}

/**
 * The same definitions with every part that occurs more than once written once, as a definition
 * named after its field.
 */
export function shareParts(
  definitions: Readonly<Record<string, JsonSchema>>,
): Readonly<Record<string, JsonSchema>> {
  const parts = new Map<string, Part>();
  for (const [name, definition] of Object.entries(definitions))
    countInside(definition, name, parts);
  const names = nameShared(parts, Object.keys(definitions));
  const refer = (schema: JsonSchema): JsonSchema => {
    const name = names.get(JSON.stringify(schema));
    return name === undefined ? mapSchemas(schema, refer) : { $ref: `#/definitions/${name}` };
  };
  const shared = [...names].flatMap(([text, name]) => {
    const schema = parts.get(text)?.schema;
    return schema ? [[name, schema] as const] : [];
  });
  const all = [...Object.entries(definitions), ...shared];
  return Object.fromEntries(all.map(([name, schema]) => [name, mapSchemas(schema, refer)]));
}

function countInside(schema: JsonSchema, key: string, parts: Map<string, Part>): void {
  mapSchemas(schema, (inner, innerKey = key) => {
    const text = JSON.stringify(inner);
    const known = parts.get(text);
    if (known) known.count++;
    else {
      parts.set(text, { schema: inner, key: innerKey, count: 1 });
      // What is inside a part that comes again is counted once: it is shared with it.
      countInside(inner, innerKey, parts);
    }
    return inner;
  });
}

function nameShared(
  parts: ReadonlyMap<string, Part>,
  taken: readonly string[],
): Map<string, string> {
  const names = new Map<string, string>();
  const used = new Set(taken);
  for (const [text, { key, count, schema }] of parts) {
    if (schema["properties"] === undefined && (count === 1 || text.length < worthSharing)) continue;
    let name = key;
    for (let number = 2; used.has(name); number++) name = `${key}${number}`;
    used.add(name);
    names.set(text, name);
  }
  return names;
}
