import type { ConfigProblem } from "./resolved.ts";
import { offsetOf } from "./source-places.ts";
import { positionAt, type Source } from "./source.ts";
import type { ValuePath } from "./value-path.ts";

/** Where a problem is. */
export interface Place {
  readonly source: Source;
  readonly path: ValuePath;
  /** Points at the key instead of the value. */
  readonly on?: "key" | "value";
  /** Exact place in the text, when it is known better than by path. */
  readonly offset?: number;
}

/** Gathers the problems of all files; the same problem found twice is one. */
export class ProblemList {
  readonly #problems = new Map<string, ConfigProblem>();
  readonly #faulty = new Set<string>();

  /** A problem that stops the fleet. */
  error(place: Place, message: string): void {
    this.#add("error", place, message);
    this.#faulty.add(pathIn(place));
  }

  /** A problem that the fleet can live with. */
  warning(place: Place, message: string): void {
    this.#add("warning", place, message);
  }

  /** Tells whether there is an error already about what stands at this place. */
  has(place: Place): boolean {
    return this.#faulty.has(pathIn(place));
  }

  #add(severity: ConfigProblem["severity"], place: Place, message: string): void {
    const problem = toProblem(severity, place, message);
    const key = `${problem.file}:${problem.line}:${problem.column} ${message}`;
    if (!this.#problems.has(key)) this.#problems.set(key, problem);
  }

  /** Problems of one severity, by file, line and column. */
  sorted(severity: ConfigProblem["severity"]): readonly ConfigProblem[] {
    return [...this.#problems.values()]
      .filter((problem) => problem.severity === severity)
      .toSorted(
        (a, b) =>
          (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
          a.line - b.line ||
          a.column - b.column,
      );
  }
}

function pathIn({ source, path }: Place): string {
  return `${source.file} ${path.join(".")}`;
}

function toProblem(
  severity: ConfigProblem["severity"],
  place: Place,
  message: string,
): ConfigProblem {
  const { source, path } = place;
  const offset = place.offset ?? offsetOf(source, path, place.on ?? "value");
  const { line, column } = positionAt(source.text, offset);
  const frame = frameOf(source.text, line, column);
  return { severity, file: source.file, line, column, path: path.join("."), message, frame };
}

/** The line with the problem between its neighbours, and a marker under the column. */
function frameOf(text: string, line: number, column: number): string {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const content = lines[number - 1] ?? "";
    const mark = number === line ? ">" : " ";
    frame.push(`${mark} ${String(number).padStart(width)} | ${content}`.trimEnd());
    if (number !== line) continue;
    // Tabs stay tabs, so that the marker stands under its column.
    const indent = content.slice(0, column - 1).replace(/[^\t]/g, " ");
    frame.push(`  ${" ".repeat(width)} | ${indent}^`);
  }
  return frame.join("\n");
}
