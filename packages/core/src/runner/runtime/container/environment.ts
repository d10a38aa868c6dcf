import { containerClaudeHome, containerHome } from "../docker-config.ts";
import { credentialNames } from "./credential-proxy/credential.ts";
import { DockerProblem } from "./docker-problem.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface ContainerEnvironmentOptions {
  /** What claude would get on the host: all that herdctl was given, and the agent's own. */
  readonly host: Environment;
  /** The same as the runtime wants it: with what tells claude who drives it. */
  readonly wanted: Environment;
  /** `env` of the agent. */
  readonly agent: Environment;
  /** `docker.env`. */
  readonly docker: Environment;
  readonly credentials: "proxy" | "mount" | "env";
  /** What tells claude and its tools of a proxy. */
  readonly proxy?: Environment;
}

/** Variables of the host that are about Claude Code itself; everything else stays outside. */
const aboutClaude = /^(?:ANTHROPIC_\w+|CLAUDE_CODE_\w+|DISABLE_\w+|HERDCTL_JOB|HERDCTL_AGENT|TZ)$/;

/** Of Claude Code's own, those that hold a secret; `ANTHROPIC_CUSTOM_HEADERS` may. */
const secretOfClaude =
  /^(?:ANTHROPIC|CLAUDE_CODE)_(?:\w+_)?(?:KEY|TOKEN|SECRET|HEADERS|PASSWORD|PASSPHRASE|CREDENTIALS?)$/;

/** The environment of a containerised claude. */
export function containerEnvironment(
  options: ContainerEnvironmentOptions,
): Readonly<Record<string, string>> {
  const { host, wanted, agent, docker, credentials, proxy } = options;
  const passes = (name: string): boolean =>
    aboutClaude.test(name) && !(credentials === "mount" && credentialNames.has(name));
  // Whoever wrote it down: what signs requests to the model stays with the proxy.
  const isKept = (name: string): boolean => credentials === "proxy" && secretOfClaude.test(name);
  const added = (name: string): boolean => wanted[name] !== host[name];
  const environment = {
    ...pick(wanted, (name) => passes(name) || added(name)),
    ...agent,
    ...docker,
  };
  const fixed = {
    ...proxy,
    // By these its processes are found again.
    ...pick(wanted, (name) => name === "HERDCTL_JOB" || name === "HERDCTL_AGENT"),
    HOME: containerHome,
    CLAUDE_CONFIG_DIR: containerClaudeHome,
    DISABLE_AUTOUPDATER: "1",
    // Lets root use bypassPermissions, where herdctl itself runs as root.
    IS_SANDBOX: "1",
  };
  return { ...pick(environment, (name) => !isKept(name)), ...pick(fixed, () => true) };
}

function pick(
  environment: Environment,
  isWanted: (name: string) => boolean,
): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && isWanted(name)) picked[name] = value;
  }
  return picked;
}

/** An environment as `docker run --env-file` reads it. */
export function toEnvFile(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => {
      if (!/[\r\n]/.test(value)) return `${name}=${value}\n`;
      throw new DockerProblem(
        `the variable ${name} has more than one line, which Docker does not take. Give it as a file.`,
      );
    })
    .join("");
}

const ofTheClient = /^(?:PATH|HOME|DOCKER_\w+|XDG_RUNTIME_DIR|SSH_AUTH_SOCK)$/;

/**
 * The environment of the `docker` command, from that of this process: what an agent's file sets must
 * not choose the engine, or the program that is started on the host.
 */
export function clientEnvironment(base: Environment): Readonly<Record<string, string>> {
  return pick(base, (name) => ofTheClient.test(name));
}
