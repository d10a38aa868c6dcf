import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** A process as the kernel shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Session on Linux, process group elsewhere. */
  readonly session: number;
  /** Dead already, only not yet collected by its parent. */
  readonly zombie: boolean;
  /** Clock ticks since boot on Linux, seconds since the epoch elsewhere. */
  readonly startTicks: number;
}

const hasProc = process.platform === "linux";

/** Every process that can be seen. */
export function readProcessTable(): readonly ProcessEntry[] {
  if (!hasProc) return psTable([]);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((entry) => entry !== undefined);
}

/** One process, or `undefined` when there is none. */
export function readProcess(pid: number): ProcessEntry | undefined {
  if (!hasProc) return psTable(["-p", String(pid)])[0];
  const stat = readProcFile(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : parseStat(stat);
}

/** `/proc/<pid>/stat` → entry. The command name may hold anything, blanks and brackets included. */
export function parseStat(stat: string): ProcessEntry | undefined {
  const nameEnd = stat.lastIndexOf(") ");
  const pid = Number.parseInt(stat, 10);
  const [state, parent, , session, ...rest] = stat.slice(nameEnd + 2).split(" ");
  const startTicks = Number(rest[15]);
  if (nameEnd < 0 || !Number.isInteger(pid) || !Number.isFinite(startTicks)) return undefined;
  const zombie = state === "Z" || state === "X";
  return { pid, parent: Number(parent), session: Number(session), zombie, startTicks };
}

/** Tells whether the process was started with `HERDCTL_JOB=<marker>` in its environment. */
export function isMarked(pid: number, marker: string): boolean {
  const assignment = `HERDCTL_JOB=${marker}`;
  if (hasProc) {
    return (readProcFile(`/proc/${pid}/environ`) ?? "").split("\0").includes(assignment);
  }
  return ps(["-E", "-ww", "-o", "command=", "-p", String(pid)])
    .split(/\s/)
    .includes(assignment);
}

/** Changes with every boot, so that pids and ticks of an earlier one mean nothing. */
export function readBootId(): string {
  if (hasProc) return (readProcFile("/proc/sys/kernel/random/boot_id") ?? "").trim();
  return /sec = (\d+)/.exec(run("sysctl", ["-n", "kern.boottime"]))?.[1] ?? "";
}

/** Output of `ps -o pid=,ppid=,pgid=,stat=,lstart=` → entries. */
export function parsePs(output: string): readonly ProcessEntry[] {
  return output.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/.exec(line);
    if (!match) return [];
    const [, pid, parent, session, state = "", started = ""] = match;
    const startTicks = Math.floor(Date.parse(started) / 1_000);
    if (!Number.isFinite(startTicks)) return [];
    const zombie = state.startsWith("Z");
    return [
      { pid: Number(pid), parent: Number(parent), session: Number(session), zombie, startTicks },
    ];
  });
}

function psTable(selection: readonly string[]): readonly ProcessEntry[] {
  const which = selection.length === 0 ? ["-A"] : selection;
  return parsePs(ps([...which, "-o", "pid=,ppid=,pgid=,stat=,lstart="]));
}

function ps(args: readonly string[]): string {
  return run("ps", args);
}

function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    // ps exits with 1 when no process matches.
    return "";
  }
}

function readProcFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It is gone, or belongs to somebody else.
    return undefined;
  }
}
