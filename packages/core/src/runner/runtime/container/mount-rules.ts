import { basename, join, sep } from "node:path";

/** Places on the host that matter to what may be mounted; all real paths. */
export interface HostPlaces {
  readonly home: string;
  readonly stateDir: string;
  /** Where the user's own Claude Code keeps its login. */
  readonly claudeHome: string;
}

/** Folders of the system: whoever writes there, or reads some of it, owns the machine. */
const system = ["/boot", "/dev", "/etc", "/proc", "/run", "/sys", "/var/lib/docker", "/var/run"];

const secrets = [
  ".aws",
  ".config/gcloud",
  ".config/gh",
  ".docker",
  ".git-credentials",
  ".gnupg",
  ".kube",
  ".netrc",
  ".npmrc",
  ".ssh",
];

const sockets = ["docker.sock", "podman.sock", "containerd.sock"];

/** Why a container may not see this path of the host; `undefined` where it may. */
export function refuseMount(
  mount: { readonly source: string; readonly readOnly: boolean },
  host: HostPlaces,
): string | undefined {
  const { source } = mount;
  const touches = (place: string): boolean => isIn(source, place) || isIn(place, source);
  if (sockets.includes(basename(source))) return "it is the socket of a container engine";
  if (isIn(host.home, source)) return "it contains the home folder";
  const owned = system.find(touches);
  if (owned !== undefined) return `it is or contains a part of ${owned}`;
  if (touches(host.stateDir)) return "it is or contains a part of the state directory";
  const secret = [host.claudeHome, ...secretsOf(host)].find(touches);
  if (secret !== undefined && !mount.readOnly) return `it is or contains ${secret}: add ":ro"`;
  return undefined;
}

/** Why an agent may not work in this folder when it runs in a container. */
export function refuseWorkspace(workspace: string, host: HostPlaces): string | undefined {
  if (isIn(host.home, workspace)) return "it contains the home folder";
  if (isIn(workspace, host.stateDir)) return "it is in the state directory";
  const touches = (place: string): boolean => isIn(workspace, place) || isIn(place, workspace);
  const owned = system.find(touches);
  if (owned !== undefined) return `it is or contains a part of ${owned}`;
  // Work below Claude Code's home is no login: plugins are there, for example.
  const login = isIn(host.claudeHome, workspace) ? host.claudeHome : undefined;
  const secret = login ?? secretsOf(host).find(touches);
  return secret === undefined ? undefined : `it is or contains credentials (${secret})`;
}

function secretsOf({ home }: HostPlaces): readonly string[] {
  return secrets.map((name) => join(home, name));
}

/** Tells whether a path is a folder or in it. */
export function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
