import { FleetManagerError } from "../../../errors.ts";
import { toEngineError } from "../container/container-errors.ts";

interface Cause {
  readonly says: RegExp;
  readonly remedy: (said: RegExpExecArray) => string;
}

const causes: readonly Cause[] = [
  {
    says: /buildx component is missing/,
    remedy: () => "Docker's buildx is missing. Install it, or set DOCKER_BUILDKIT=0.",
  },
  {
    says: /^invalid argument "(.*?)" for "-t, --tag"|invalid tag "(.*?)"/,
    remedy: ([, quoted, named]) =>
      `"${quoted ?? named}" is no name of an image: lower-case letters and digits, such as team/agent:2. Correct --tag.`,
  },
  {
    says: /No matching version found for @anthropic-ai\/claude-code@(\S+?)\.?$/,
    remedy: ([, version]) => `There is no Claude Code ${version}. Choose another --claude-version.`,
  },
  {
    says: /SELF_SIGNED_CERT|self.signed certificate|UNABLE_TO_\w+_CERT|certificate signed by unknown/i,
    remedy: () =>
      "Something between this machine and the internet presents certificates of its own. Name with --base-image an image that trusts them.",
  },
  {
    says: /\/bin\/sh: (?:\d+: )?(\S+): not found|\/bin\/sh: line \d+: (\S+): command not found/,
    remedy: ([, dash, bash]) =>
      `The image to begin with has no \`${dash ?? bash}\`. Name with --base-image one of a Debian with Node.js and npm.`,
  },
  {
    says: /pull access denied for (\S+?),|manifest for (\S+) not found|(\S+): not found/,
    remedy: ([, denied, absent, missing]) =>
      `There is no image ${denied ?? absent ?? missing} to begin with. Correct --base-image.`,
  },
  {
    says: /no such host|Temporary failure (?:in name resolution|resolving)|network is unreachable|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|i\/o timeout|TLS handshake timeout|server misbehaving/,
    remedy: () =>
      "The build cannot reach the internet. --network host gives it this machine's network; --base-image begins with an image that is here.",
  },
];

/** Why an image could not be built, and what to do, by the end of what the engine said. */
export function toBuildError(said: string): FleetManagerError {
  const engine = toEngineError(said);
  if (engine) return engine;
  const lines = said.trim().split("\n");
  for (const { says, remedy } of causes) {
    for (const line of lines) {
      const match = says.exec(line);
      if (match) return toError(`${remedy(match)} (${line.trim()})`);
    }
  }
  return toError(`The image could not be built: ${lines.at(-1)}`);
}

function toError(message: string): FleetManagerError {
  return new FleetManagerError(message, { code: "CONTAINER_ERROR" });
}
