import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { accessTokensFile } from "../state/access-tokens.ts";
import { socketPathFor } from "../state/socket-path.ts";
import type { Check, Patient } from "./check.ts";

const name = "permissions";

/** Whether the state directory, and what in it opens the fleet or has credentials, is for this user alone. */
export async function checkPermissions({ stateDir, env }: Patient): Promise<readonly Check[]> {
  const looked = [
    { path: stateDir, kind: "folder" },
    { path: accessTokensFile(stateDir), kind: "secret" },
    { path: join(stateDir, "service.env"), kind: "secret" },
    { path: socketPathFor(stateDir, env), kind: "secret" },
  ] as const;
  const found = await Promise.all(
    looked.map(async ({ path, kind }) => {
      const stats = await lstat(path).catch(() => undefined);
      return stats
        ? judgePermissions({ path, kind, mode: stats.mode, uid: stats.uid }, process.getuid?.())
        : [];
    }),
  );
  const checks = found.flat().map((finding) => ({ name, ...finding }));
  if (checks.length > 0) return checks;
  return [{ name, status: "ok", message: `${stateDir} is for this user alone` }];
}

/** A file or folder that holds what is for its owner alone. */
export interface PrivatePlace extends Pick<Stats, "mode" | "uid"> {
  readonly path: string;
  /** `secret`: opens the fleet to whoever reads it, or has credentials. */
  readonly kind: "folder" | "secret";
}

/** Says who else may do what there. */
export function judgePermissions(
  { path, kind, mode, uid }: PrivatePlace,
  ownUid: number | undefined,
): readonly Omit<Check, "name">[] {
  const findings: Omit<Check, "name">[] = [];
  const others = mode & 0o077;
  if (others !== 0) {
    const isHarmful = kind === "secret" || (others & 0o022) !== 0;
    findings.push({
      status: isHarmful ? "problem" : "warning",
      message: `${path} is open to other users of this machine (mode ${(mode & 0o777).toString(8)})`,
      remedy: `chmod ${kind === "folder" ? "700" : "600"} '${path}'${kind === "secret" ? advice : ""}`,
    });
  }
  if (ownUid !== undefined && uid !== ownUid) {
    findings.push({
      status: kind === "secret" ? "problem" : "warning",
      message: `${path} belongs to another user (${uid})`,
      remedy: `Run herdctl as that user, or: chown ${kind === "folder" ? "-R " : ""}${ownUid} '${path}'`,
    });
  }
  return findings;
}

const advice = ", and replace what somebody may have read: `herdctl token rotate`";
