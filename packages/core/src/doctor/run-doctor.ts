import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "../errors.ts";
import type { Check, Patient } from "./check.ts";
import { checkClaude } from "./claude.ts";
import { checkConfiguration } from "./configuration.ts";
import { checkDisk } from "./disk.ts";
import { checkDocker } from "./docker.ts";
import { checkFleetFiles } from "./fleet-files.ts";
import { checkLogin } from "./login.ts";
import { checkNode } from "./node-version.ts";
import { checkPermissions } from "./permissions.ts";
import { checkPort } from "./port.ts";
import { checkState } from "./state.ts";
import { checkWorkspaces } from "./workspaces.ts";

/** Where {@link runDoctor} looks. */
export interface DoctorOptions {
  /** Fleet file, folder or agent file; without it, `herdctl.yaml` is searched upward. */
  readonly configPath?: string;
  readonly stateDir: string;
  /** Default: the current folder. */
  readonly cwd?: string;
  /** Default: the process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The `claude` to use. */
  readonly claudePath?: string;
  /** Looks at Docker also where no agent needs it. */
  readonly docker?: boolean;
  /** Milliseconds for everything together (default 9,000). */
  readonly timeout?: number;
}

/** What {@link runDoctor} found. */
export interface DoctorReport {
  /** There is no problem; there may be warnings. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

const patience = 9_000;

type Look = (patient: Patient) => Promise<readonly Check[]>;

const looks: Readonly<Record<string, Look>> = {
  claude: checkClaude,
  login: checkLogin,
  state: checkState,
  permissions: checkPermissions,
  disk: checkDisk,
  port: checkPort,
  workspaces: checkWorkspaces,
  "fleet files": checkFleetFiles,
};

/**
 * Looks for what would keep a fleet from running as it should, on this machine and as this user. Changes
 * nothing and needs no valid configuration; what takes too long is a finding itself. Never rejects.
 *
 * @example
 * const { ok, checks } = await runDoctor({ stateDir: ".herdctl" });
 * for (const { name, status, message, remedy } of checks) console.log(name, status, message, remedy);
 */
export async function runDoctor(options: DoctorOptions): Promise<DoctorReport> {
  const { cwd = process.cwd(), env = process.env, configPath, claudePath } = options;
  const end = performance.now() + (options.timeout ?? patience);
  const timeLeft = (): number => Math.max(1, Math.ceil(end - performance.now()));
  const { config, check } = await checkConfiguration({ configPath, cwd, env });
  const patient: Patient = {
    config,
    stateDir: resolve(cwd, options.stateDir),
    env: { ...config?.claudeEnv, ...env },
    timeLeft,
    ...(claudePath !== undefined && { claudePath }),
  };
  const asked = {
    ...looks,
    ...((options.docker || usesDocker(patient)) && { docker: checkDocker }),
  };
  const found = await Promise.all(
    Object.entries(asked).map(([name, look]) => inTime(name, look, patient)),
  );
  const checks = [checkNode(process.versions.node), check, ...found.flat()];
  return { ok: checks.every(({ status }) => status !== "problem"), checks };
}

function usesDocker({ config }: Patient): boolean {
  return config?.agents.some(({ docker }) => docker?.enabled) ?? false;
}

/** A look that goes wrong, or takes too long, is a finding itself. */
async function inTime(name: string, look: Look, patient: Patient): Promise<readonly Check[]> {
  const tooLate = delay(patient.timeLeft(), undefined, { ref: false }).then((): Check[] => [
    { name, status: "warning", message: "took too long to look at" },
  ]);
  const found = look(patient).catch((error: unknown): Check[] => [
    { name, status: "problem", message: messageOf(error) },
  ]);
  return Promise.race([found, tooLate]);
}
