import type { DockerConfig } from "../../docker-config.ts";
import { DockerProblem } from "../docker-problem.ts";
import { type Credential, findCredential, placeholderFor } from "./credential.ts";
import { parseHeaderLines } from "./headers.ts";
import type { ModelSettings, ProxySettings } from "./settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The way out of one container, decided. */
export interface ProxyPlan {
  readonly settings: ProxySettings;
  /** What tells claude and its tools of that way. */
  readonly environment: Readonly<Record<string, string>>;
  /** Socket as the container sees it, where programs in there reach the network through it. */
  readonly relayTo: string | undefined;
}

export interface ProxyRequest {
  readonly config: Pick<DockerConfig, "credentials" | "egress">;
  /** Folder of the socket as the container sees it. */
  readonly insideFolder: string;
  /** Absent: nothing in the container has to do with the model. */
  readonly model?: ModelRequest;
}

export interface ModelRequest {
  /** What claude would get on the host, then `docker.env`. */
  readonly env: Environment;
  /** What herdctl itself was given. */
  readonly host: Environment;
  /** File of Claude Code's login on the host, where there is one. */
  readonly login: string | undefined;
}

export const proxySocket = "proxy.sock";
/** File with what was refused, beside the socket. */
export const refusalsFile = "refused.jsonl";

/** Port in the container at which its programs find the proxy. */
const relayPort = 3128;

const modelApi = "https://api.anthropic.com";

/**
 * How a container gets to the model and to the network, where that is through a proxy.
 *
 * @throws {DockerProblem} for a base URL that is none.
 */
export function planProxy({ config, insideFolder, model }: ProxyRequest): ProxyPlan | undefined {
  const { credentials, egress } = config;
  const signed = credentials === "proxy" && model ? modelSettings(model) : undefined;
  if (!signed && !egress) return undefined;
  const socket = `${insideFolder}/${proxySocket}`;
  return {
    settings: {
      socket: proxySocket,
      refusals: refusalsFile,
      allow: egress ?? [],
      ...(signed && { model: signed }),
    },
    environment: {
      ...(signed && modelEnvironment(socket, signed)),
      ...(egress && egressEnvironment()),
    },
    relayTo: egress && socket,
  };
}

function modelSettings({ env, host, login }: ModelRequest): ModelSettings {
  const url = env["ANTHROPIC_BASE_URL"] || modelApi;
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== "http:" && protocol !== "https:") {
    throw new DockerProblem(`ANTHROPIC_BASE_URL is no URL of a server: ${url}`);
  }
  const credential: Credential | undefined = findCredential(env, login);
  const extraCa = host["NODE_EXTRA_CA_CERTS"];
  return {
    url,
    headers: parseHeaderLines(env["ANTHROPIC_CUSTOM_HEADERS"] ?? ""),
    proxyEnv: proxyVariables(host),
    ...(credential && { credential }),
    ...(extraCa && { extraCa }),
  };
}

function proxyVariables(host: Environment): Readonly<Record<string, string>> {
  const chosen = Object.entries(host).filter(([name]) => /^(?:https?|no)_proxy$/i.test(name));
  return Object.fromEntries(chosen.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/**
 * Claude Code sends what is for the model to this socket, whatever proxy there is beside it. With TLS it
 * would look for a certificate there.
 */
function modelEnvironment(socket: string, { url, credential }: ModelSettings) {
  // By this name Claude Code knows which features the model's side has.
  const isOwn = new URL(url).host === new URL(modelApi).host;
  return {
    ANTHROPIC_UNIX_SOCKET: socket,
    ANTHROPIC_BASE_URL: isOwn ? modelApi.replace("https:", "http:") : "http://model.invalid",
    ...placeholderFor(credential),
  };
}

function egressEnvironment() {
  const url = `http://127.0.0.1:${relayPort}`;
  const direct = "localhost,127.0.0.1";
  return {
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    http_proxy: url,
    https_proxy: url,
    NO_PROXY: direct,
    no_proxy: direct,
    // Node's own `fetch` heeds the others only then.
    NODE_USE_ENV_PROXY: "1",
  };
}

// A port of its own in the container, from which bytes go to the socket. Its end is the container's. A
// command can be quicker than it, so that it is waited for.
const relay = `
command -v socat >/dev/null || { echo "docker: this image has no socat" >&2; exit 127; }
socat TCP-LISTEN:${relayPort},bind=127.0.0.1,fork,reuseaddr "UNIX-CONNECT:$1" </dev/null >/dev/null 2>&1 &
until socat -u OPEN:/dev/null TCP:127.0.0.1:${relayPort} 2>/dev/null; do
  kill -0 $! 2>/dev/null || { echo "docker: socat could not listen on port ${relayPort}" >&2; exit 125; }
  sleep 0.02
done
shift
exec "$@"
`.trim();

/** A command for a container as it is started there: with the relay beside it, where there is one. */
export function withRelay(
  relayTo: string | undefined,
  command: readonly string[],
): readonly string[] {
  return relayTo === undefined ? command : ["sh", "-c", relay, "herdctl", relayTo, ...command];
}
