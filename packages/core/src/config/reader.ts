import { messageOf } from "../errors.ts";
import { type Environment, interpolate, type VariableUse } from "./interpolate.ts";
import { type LegacyNote, type Modernized, modernizeAgent, modernizeFleet } from "./legacy.ts";
import type { Layer } from "./layer.ts";
import type { Place, ProblemList } from "./problems.ts";
import { extentOf } from "./source-places.ts";
import { parseSource, pathKey, type Source } from "./source.ts";
import { TextFiles } from "./text-files.ts";
import { valueAt, type ValuePath } from "./value-path.ts";

/** A part of a source, and as what it is to be read. */
export interface LayerRequest {
  readonly source: Source;
  readonly at: ValuePath;
  readonly as: "agent" | "fleet";
}

/** Reads and parses every file once, with its variables replaced. */
export class SourceReader {
  readonly #env: Environment;
  readonly #problems: ProblemList;
  readonly #sources = new Map<string, Promise<Source | undefined>>();
  readonly #layers = new Map<Source, Map<string, Layer>>();
  readonly texts: TextFiles;
  /** Every variable that any file referred to. */
  readonly uses: VariableUse[] = [];
  /** Every file that was asked for. */
  readonly files: Set<string> = new Set();

  constructor(env: Environment, problems: ProblemList, texts: TextFiles = new TextFiles()) {
    this.#env = env;
    this.#problems = problems;
    this.texts = texts;
  }

  /** The source at a path; `undefined`, and a problem at `referrer` or in it, when unreadable. */
  read(file: string, referrer: Place | undefined): Promise<Source | undefined> {
    const known = this.#sources.get(file) ?? this.#load(file, referrer);
    this.#sources.set(file, known);
    return known;
  }

  /** The part of a source at `at`, in the form that is merged. */
  layer({ source, at, as }: LayerRequest): Layer {
    const known = this.#layers.get(source) ?? new Map<string, Layer>();
    this.#layers.set(source, known);
    const key = `${as} ${JSON.stringify(at)}`;
    const layer = known.get(key) ?? this.#createLayer({ source, at, as });
    known.set(key, layer);
    return layer;
  }

  /** Every layer of agent fields that was read. */
  *agentLayers(): Generator<Layer> {
    for (const layers of this.#layers.values()) {
      for (const [key, layer] of layers) if (key.startsWith("agent ")) yield layer;
    }
  }

  async #load(file: string, referrer: Place | undefined): Promise<Source | undefined> {
    this.files.add(file);
    let text: string;
    try {
      text = await this.texts.read(file);
    } catch (error) {
      const place = referrer ?? { source: parseSource(file, "").source, path: [] };
      this.#problems.error(place, `cannot read ${file}: ${messageOf(error)}`);
      return undefined;
    }
    const { source, faults } = parseSource(file, text);
    for (const { offset, message } of faults) {
      this.#problems.error({ source, path: [], offset }, message);
    }
    if (!text.includes("${")) return source;
    const { value, uses } = interpolate(source.value, this.#env);
    this.uses.push(...uses);
    const unset = uses.filter((use) => use.value === undefined);
    this.#reportUnset(source, unset);
    return { ...source, value, uses, unset: new Set(unset.map(({ path }) => pathKey(path))) };
  }

  #reportUnset(source: Source, uses: readonly VariableUse[]): void {
    for (const { name, path } of uses) {
      const [from, to] = extentOf(source, path) ?? [0, source.text.length];
      const at = source.text.slice(from, to).search(new RegExp(String.raw`\$\{${name}\}`));
      const message =
        `the environment variable ${name} is not set: set it (in .env beside the fleet file, for ` +
        `example), give a default with \${${name}:-…}, or write $\${${name}} for the text itself`;
      const place = { source, path, ...(at >= 0 && { offset: from + at }) };
      this.#problems.error(place, message);
    }
  }

  #createLayer({ source, at, as }: LayerRequest): Layer {
    const { value, notes } = modernize(as, valueAt(source.value, at));
    for (const note of notes) this.#report(source, at, note);
    return { source, at, value };
  }

  #report(source: Source, at: ValuePath, { severity, path, message }: LegacyNote): void {
    this.#problems[severity]({ source, path: [...at, ...path], on: "key" }, message);
  }
}

function modernize(as: LayerRequest["as"], written: unknown): Modernized {
  return as === "agent" ? modernizeAgent(written) : modernizeFleet(written);
}
