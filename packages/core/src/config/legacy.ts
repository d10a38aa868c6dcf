import { omit } from "./omit.ts";
import { changeAt, isMapping, type Mapping, type ValuePath } from "./value-path.ts";

/** Another name of a field. */
export interface Rename {
  /** Pattern of the mapping that has the field. */
  readonly at: readonly string[];
  /** Other name, or path of the nested form, from there. */
  readonly from: readonly string[];
  readonly to: string;
  /** The old name works, with a warning. */
  readonly deprecated?: boolean;
}

/** Every other name that agents' fields have: older names, other spellings and nested forms. */
export const renames: readonly Rename[] = [
  { at: [], from: ["workspace"], to: "working_directory", deprecated: true },
  { at: [], from: ["permissions", "mode"], to: "permission_mode" },
  { at: [], from: ["permissions", "allowed_tools"], to: "allowed_tools" },
  { at: [], from: ["permissions", "denied_tools"], to: "denied_tools" },
  { at: [], from: ["instances", "max_concurrent"], to: "concurrency" },
  { at: ["schedules", "*"], from: ["expression"], to: "cron", deprecated: true },
  { at: ["schedules", "*"], from: ["outputToFile"], to: "output_to_file" },
  { at: ["docker"], from: ["base_image"], to: "image", deprecated: true },
  { at: ["mcp_servers", "*"], from: ["alwaysLoad"], to: "always_load" },
  { at: ["plugins", "*"], from: ["skipMcpDiscovery"], to: "skip_mcp_discovery" },
];

/** Something to say about the way a layer is written. */
export interface LegacyNote {
  readonly severity: "error" | "warning";
  readonly path: ValuePath;
  readonly message: string;
}

/** A layer in today's form. */
export interface Modernized {
  readonly value: unknown;
  readonly notes: readonly LegacyNote[];
}

/** Brings agent fields into the one form that is merged and validated. */
export function modernizeAgent(written: unknown): Modernized {
  const notes: LegacyNote[] = [];
  let value = written;
  for (const rename of renames) {
    value = changeAt(value, rename.at, (found, path) => applyRename(rename, found, path, notes));
  }
  value = changeAt(value, ["docker"], (docker) => {
    // Text when it comes out of a variable.
    const isSwitch = docker === true || docker === "true" || docker === false || docker === "false";
    return isSwitch ? { enabled: String(docker) === "true" } : docker;
  });
  value = changeAt(value, ["runtime"], (runtime) =>
    isMapping(runtime) && Object.keys(runtime).join() === "type" ? runtime["type"] : runtime,
  );
  value = changeAt(value, ["session", "mode"], (mode) =>
    mode === "fresh_per_job" ? "fresh" : mode,
  );
  return { value, notes };
}

/** Brings the fleet's own fields into today's form. */
export function modernizeFleet(written: unknown): Modernized {
  if (!isMapping(written)) return { value: written, notes: [] };
  const notes: LegacyNote[] = [];
  const renamed = applyRename(
    { at: [], from: ["workspace"], to: "working_directory", deprecated: true },
    written,
    [],
    notes,
  );
  const { chat, ...value } = renamed as Mapping;
  if (chat !== undefined) {
    const message = '"chat" of a fleet is not used any more: configure chat on each agent';
    notes.push({ severity: "warning", path: ["chat"], message });
  }
  return { value, notes };
}

function applyRename(
  rename: Rename,
  found: unknown,
  path: ValuePath,
  notes: LegacyNote[],
): unknown {
  const [first, second] = rename.from;
  if (!isMapping(found) || first === undefined || !Object.hasOwn(found, first)) return found;
  const holder = second === undefined ? found : found[first];
  const key = second ?? first;
  if (!isMapping(holder) || !Object.hasOwn(holder, key)) return found;
  const oldName = rename.from.join(".");
  const oldPath = [...path, ...rename.from];
  if (Object.hasOwn(found, rename.to)) {
    const message = `"${oldName}" and "${rename.to}" say the same: keep one of them`;
    notes.push({ severity: "error", path: oldPath, message });
  } else if (rename.deprecated) {
    const message = `"${oldName}" is now called "${rename.to}"`;
    notes.push({ severity: "warning", path: oldPath, message });
  }
  const left = omit(holder, [key]);
  const keepsHolder = second !== undefined && Object.keys(left).length > 0;
  const kept = keepsHolder ? { ...found, [first]: left } : omit(found, [first]);
  return { [rename.to]: holder[key], ...kept };
}

/** Paths under which a value may be written that is now at `path`. */
export function oldPathsOf(path: ValuePath): ValuePath[] {
  const paths: ValuePath[] = [];
  for (const { at, from, to } of renames) {
    for (let start = 0; start + at.length < path.length; start++) {
      const end = start + at.length;
      const matches = at.every((step, index) => step === "*" || step === path[start + index]);
      if (matches && path[end] === to) {
        paths.push([...path.slice(0, end), ...from, ...path.slice(end + 1)]);
      }
    }
  }
  return paths;
}
