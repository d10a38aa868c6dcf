import { dirname, join, relative } from "node:path";
import { isIn } from "./mount-rules.ts";
import type { Mount } from "./mount.ts";
import { containerWorkspace } from "./workspace-path.ts";

export interface MaskRequest {
  /** Real path of the workspace. */
  readonly workspace: string;
  readonly mode: "rw" | "ro";
  /** Existing files that the agent must neither read nor replace; real paths. */
  readonly files: readonly string[];
  /** Folders of the same kind. */
  readonly folders: readonly string[];
  /** What git on the host would carry out, from the workspace on: an agent could leave commands there. */
  readonly frozen: readonly string[];
}

/**
 * Mounts over what is in a workspace and not for its agent. What is below a folder would come back by
 * renaming that folder, so each folder on the way is mounted on itself: a mount cannot be renamed.
 */
export function maskMounts(request: MaskRequest): readonly Mount[] {
  const { workspace, mode } = request;
  const inside = (path: string): boolean => isIn(path, workspace) && path !== workspace;
  const folders = request.folders.filter(inside);
  const files = request.files.filter(
    (path) => inside(path) && !folders.some((folder) => isIn(path, folder)),
  );
  const readOnly = request.frozen.map((path) => join(workspace, path));
  const held = [...files, ...folders, ...readOnly].flatMap((path) =>
    foldersBetween(workspace, path),
  );
  const target = (path: string): string => join(containerWorkspace, relative(workspace, path));
  const onItself = (path: string, isReadOnly: boolean): Mount => {
    return { type: "bind", source: path, target: target(path), readOnly: isReadOnly };
  };
  return [
    ...[...new Set(held)].toSorted().map((path) => onItself(path, mode === "ro")),
    ...readOnly.map((path) => onItself(path, true)),
    ...folders.map((path): Mount => ({ type: "tmpfs", target: target(path), readOnly: true })),
    ...files.map((path): Mount => {
      return { type: "bind", source: "/dev/null", target: target(path), readOnly: true };
    }),
  ];
}

function foldersBetween(workspace: string, path: string): readonly string[] {
  const folder = dirname(path);
  return folder === workspace ? [] : [...foldersBetween(workspace, folder), folder];
}
