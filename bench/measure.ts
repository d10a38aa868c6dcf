import { spawn } from "node:child_process";
import { once } from "node:events";

/** One thing to time, several times, in turn with the others. */
export interface Contender {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Milliseconds of each contender's runs. */
export type Timings = ReadonlyMap<string, readonly number[]>;

/** Runs the contenders in turn, so that a change in the machine's speed touches all of them. */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Timings> {
  const timings = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const { run } of contenders) await run();
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contenders) {
      const start = performance.now();
      await run();
      timings.get(name)?.push(performance.now() - start);
    }
  }
  return timings;
}

/** The middle value. */
export function median(values: readonly number[] = []): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Prints one line per contender: median and spread. */
export function printTimings(title: string, timings: Timings): void {
  console.log(`\n${title}`);
  for (const [name, values] of timings) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    console.log(
      `  ${name.padEnd(44)} ${format(median(values))}  (${format(low)} … ${format(high)}, n=${values.length})`,
    );
  }
}

/** Prints a figure beside its target; resolves to whether it is met. */
export function judge(what: string, value: number, target: number, unit: string): boolean {
  const met = value <= target;
  console.log(
    `  ${met ? "met   " : "MISSED"} ${what}: ${value.toFixed(2)} ${unit}, target ${target} ${unit}`,
  );
  return met;
}

/** Runs a command to its end and fails loudly when it does not exit with 0. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${code}: ${stderr}`);
}

function format(ms: number): string {
  return `${ms.toFixed(0).padStart(6)} ms`;
}
