import { access, constants, stat } from "node:fs/promises";
import { messageOf } from "../errors.ts";
import { checkDirectory } from "../state/directories.ts";
import { readLockOwner } from "../state/lock-owner.ts";
import { findDamage } from "../state/sqlite/find-damage.ts";
import { isLocked } from "../state/sqlite/state-lock.ts";
import type { Check, Patient } from "./check.ts";
import { existingFolder } from "./existing-folder.ts";

const name = "state";

/** The state directory: whether it can be written, who runs its fleet, and whether its store is whole. */
export async function checkState({ stateDir }: Patient): Promise<readonly Check[]> {
  const found = await stat(stateDir).catch(() => undefined);
  if (!found) return [await checkPlace(stateDir)];
  try {
    await checkDirectory(stateDir);
    const damage = await findDamage(stateDir);
    if (damage !== undefined) return [{ ...damaged, message: `${stateDir}: ${damage}` }];
    if (!(await isWritable(stateDir)))
      return [{ ...readOnly, message: `${stateDir} is read-only` }];
    const runner = isLocked(stateDir)
      ? `process ${readLockOwner(stateDir).pid || "unknown"} runs its fleet`
      : "no fleet runs";
    return [{ name, status: "ok", message: `${stateDir}, ${runner}` }];
  } catch (error) {
    return [{ name, status: "problem", message: messageOf(error) }];
  }
}

const damaged = {
  name,
  status: "problem",
  remedy:
    'Stop the fleet, then restore "herdctl.db" from a backup, or move it away to start afresh.',
} as const;

const readOnly = {
  name,
  status: "problem",
  remedy: "Check its owner, its permissions and how its disk is mounted, or use --state.",
} as const;

async function checkPlace(stateDir: string): Promise<Check> {
  const { folder } = await existingFolder(stateDir);
  if (!(await isWritable(folder))) {
    return { ...readOnly, message: `${stateDir} cannot be made in ${folder}` };
  }
  return { name, status: "ok", message: `${stateDir} is made by the first start` };
}

async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
