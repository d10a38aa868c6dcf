import { type ErrorCode, FleetManagerError } from "../../../errors.ts";
import { howToGet } from "../image/default-image.ts";

export interface ContainerEnd {
  /** Of the `docker` command. */
  readonly exitCode: number | null;
  /** The end of what it, or claude, wrote to stderr. */
  readonly stderr: string;
  readonly image: string;
}

/** Something about the engine, whatever it was asked for. */
interface EngineCause {
  readonly says: RegExp;
  readonly code?: ErrorCode;
  readonly remedy: () => string;
}

interface Cause {
  readonly says: RegExp;
  readonly code?: ErrorCode;
  readonly remedy: (end: ContainerEnd, said: RegExpExecArray) => string;
}

const engineCauses: readonly EngineCause[] = [
  {
    says: /docker: (?:not found|command not found|No such file)|exec: docker: not found/,
    code: "CONTAINER_ENGINE",
    remedy: () =>
      "There is no `docker` command. Install Docker, or remove `docker` from the agent.",
  },
  {
    says: /permission denied while trying to connect|connect: permission denied/i,
    code: "CONTAINER_ENGINE",
    remedy: () =>
      "Docker refuses this user. Add it to the `docker` group and log in anew, or use rootless Docker.",
  },
  {
    says: /Cannot connect to the Docker daemon|error during connect|unexpected EOF/i,
    code: "CONTAINER_ENGINE",
    remedy: () =>
      "The Docker engine does not answer. Start it, such as with `systemctl start docker`.",
  },
  {
    says: /no space left on device/i,
    remedy: () => "The disk of the Docker engine is full. `docker system prune` frees some of it.",
  },
];

const causes: readonly Cause[] = [
  {
    says: /the credential proxy did not start/,
    remedy: () =>
      "What reaches the model for the container could not be started. With `credentials: env` it is not needed.",
  },
  {
    says: /this image has no socat/,
    remedy: ({ image }) =>
      `The image ${image} has no \`socat\`, which \`docker.egress\` needs. Install it, as docker/Dockerfile does.`,
  },
  ...engineCauses,
  {
    says: /Unable to find image|No such image|image not known/i,
    remedy: ({ image }) => `There is no image ${image} here. ${howToGet(image)}`,
  },
  {
    says: /exec:? "?(?:claude|\/\S*claude)"?: |exec claude failed: /,
    remedy: noClaude,
  },
  {
    says: /network (\S+) not found/,
    remedy: (_end, said) =>
      `Docker has no network ${said[1]}. Create it, or correct \`docker.network\`.`,
  },
  {
    says: /port is already allocated|address already in use/i,
    remedy: () =>
      "A port of `docker.ports` is taken on this machine. Choose another one, or let Docker choose: give the container's port only.",
  },
  {
    says: /bind source path does not exist: (.+)/,
    remedy: (_end, said) =>
      `There is no ${said[1]} on this machine to mount. Create it, or correct \`docker.volumes\`.`,
  },
];

/** Codes with which the `docker` command says that the program in the container never ran. */
const ownCodes = [125, 126, 127];

/** Why a container did not come to run claude, and what to do; `undefined` where claude ran. */
export function toContainerError(end: ContainerEnd): FleetManagerError | undefined {
  const { exitCode } = end;
  const said = end.stderr.trim();
  const isFromClient = /^docker: /m.test(said);
  // How somebody else's child ended is not to be known.
  if (exitCode === null ? !isFromClient : !ownCodes.includes(exitCode)) return undefined;
  // In a container that is kept, the engine's reason stands among claude's output.
  if (said === "" && exitCode !== 125) return toError("CONTAINER_ERROR", noClaude(end));
  for (const { says, code = "CONTAINER_ERROR", remedy } of causes) {
    const match = says.exec(said);
    if (match) return toError(code, `${remedy(end, match)} (${lastLines(said)})`);
  }
  // A program may end with these codes itself.
  if (!isFromClient) return undefined;
  return toError("CONTAINER_ERROR", `Docker cannot run the container: ${lastLines(said)}`);
}

/** The same for anything else that the engine was asked for, as far as the engine is to blame. */
export function toEngineError(said: string): FleetManagerError | undefined {
  for (const { says, code = "CONTAINER_ERROR", remedy } of engineCauses) {
    const line = said.split("\n").find((text) => says.test(text));
    if (line !== undefined) return toError(code, `${remedy()} (${lastLines(line)})`);
  }
  return undefined;
}

function noClaude({ image }: Pick<ContainerEnd, "image">): string {
  return `The image ${image} has no \`claude\` that can be started. Install Claude Code in it, as docker/Dockerfile does.`;
}

function toError(code: ErrorCode, message: string): FleetManagerError {
  return new FleetManagerError(message, { code });
}

function lastLines(said: string): string {
  const lines = said.split("\n").filter((line) => !/^(?:Run|See) 'docker/.test(line.trim()));
  return lines
    .join(" ")
    .replace(/^docker: /, "")
    .trim();
}
