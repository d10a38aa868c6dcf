import type { Credential } from "./credential.ts";

/** What the proxy of one container is told, on its stdin. */
export interface ProxySettings {
  /** Name of its socket in its working directory. */
  readonly socket: string;
  /** Absent: there is no model to be reached. */
  readonly model?: ModelSettings;
  /** Entries of `egress.allow`. */
  readonly allow: readonly string[];
  /** Name of the file for what was refused, one JSON object a line. */
  readonly refusals: string;
}

export interface ModelSettings {
  /** Base URL of the model API. */
  readonly url: string;
  readonly credential?: Credential;
  /** Headers that every request gets. */
  readonly headers: Readonly<Record<string, string>>;
  /** File with further certificates to trust. */
  readonly extraCa?: string;
  /** Proxy variables of the host, by which the model is reached. */
  readonly proxyEnv: Readonly<Record<string, string>>;
}
