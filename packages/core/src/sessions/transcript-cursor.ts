import { FleetManagerError } from "../errors.ts";

/** Where to read on in a transcript. */
export interface Place {
  /** File of a subagent; none: the session's own. */
  readonly name?: string;
  /** In bytes. */
  readonly offset: number;
}

/** `1200` · `1200/agent-a1b2:300`: the session's own place, then those inside of it. */
export function formatCursor(places: readonly Place[]): string {
  return places
    .map(({ name, offset }) =>
      name === undefined ? String(offset) : `${name.replace(/\.jsonl$/, "")}:${offset}`,
    )
    .join("/");
}

/**
 * Reads what {@link formatCursor} wrote.
 *
 * @throws FleetManagerError `INVALID_REQUEST`
 */
export function parseCursor(cursor: string): readonly Place[] {
  return cursor.split("/").map((part) => {
    // The name becomes part of a path.
    const match = /^(?:(agent-[\w-]+):)?(\d{1,15})$/.exec(part);
    if (!match) {
      throw new FleetManagerError(`"${cursor}" is not a cursor of a session's messages.`, {
        code: "INVALID_REQUEST",
        context: { cursor },
      });
    }
    const [, name, offset] = match;
    return { offset: Number(offset), ...(name !== undefined && { name: `${name}.jsonl` }) };
  });
}
