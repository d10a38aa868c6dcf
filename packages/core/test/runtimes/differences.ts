import type { Comparable } from "./comparable.ts";

/** Something that must differ between the runtimes, or between a container and this machine. */
export interface Difference {
  readonly why: string;
  /** Takes it away; what is left is the same on both. */
  readonly without: (run: Comparable) => Comparable;
}

/** Every difference there is. A case names those that show in it; the suite asserts that each one does. */
export const differences = {
  "results that wait for background work": {
    why: "`claude -p` tells the result of each turn once nothing runs in the background any more.",
    without: ({ lines, outcome }) => {
      const isResult = (line: string): boolean => line.includes('"type":"result"');
      const results = lines.filter(isResult).map((line) => line.replace(/"costUsd":[\d.]+/, ""));
      return { lines: [...lines.filter((line) => !isResult(line)), ...results], outcome };
    },
  },
  "where herdctl's tools come from": {
    why: "With `sdk` herdctl's own process answers; `cli` has a bridge, which outlives it.",
    without: lineByLine((line) => line.replace(/("name":"herdctl".*?"source":)"\w+"/, "$1")),
  },
  "the title of a resumed session": {
    why: "The Agent SDK names a session anew when it is resumed, `claude -p` leaves its title.",
    without: ({ lines, outcome }) => ({
      lines: lines.filter((line) => !line.includes('"subtype":"session_title_changed"')),
      outcome,
    }),
  },
  "the hint at another model": {
    why: "`claude -p` names the option of its own command line.",
    without: everywhere(" Run --model to pick a different model."),
  },
  "who tells of a dropped connection": {
    why: "In a container the proxy has it, and answers claude with a 502 that says so.",
    without: ({ lines, outcome }) => {
      const told = /(?<="text":")[^"]*|"(?:error|error_status|errorStatus)":(?:\d+|"\w+"|null)/g;
      return {
        lines: lines.map((line) => line.replaceAll(told, "…")),
        outcome: { ...outcome, apiErrorStatus: "…", error: "…" },
      };
    },
  },
  "which claude it is": {
    why: "On this machine it has a path; in a container it is that of the image.",
    without: ({ lines, outcome }) => ({ lines, outcome: { ...outcome, error: "…" } }),
  },
} satisfies Readonly<Record<string, Difference>>;

export type DifferenceName = keyof typeof differences;

function lineByLine(change: (line: string) => string): Difference["without"] {
  return ({ lines, outcome }) => ({ lines: lines.map(change), outcome });
}

function everywhere(text: string): Difference["without"] {
  return (run) => JSON.parse(JSON.stringify(run).replaceAll(text, ""));
}
