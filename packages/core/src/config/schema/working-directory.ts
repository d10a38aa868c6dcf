import { z } from "zod";
import { count, text } from "./fields.ts";
import { camelKeys, object } from "./object.ts";

/** Where agents work, and how a missing `repo` is cloned there. */
export interface WorkingRoot {
  readonly root: string;
  readonly autoClone: boolean;
  readonly cloneDepth: number;
  readonly defaultBranch?: string;
}

/** The object form of `working_directory`. */
export const workingRootSchema: z.ZodType<WorkingRoot> = object({
  root: text.describe("Folder; relative to this file, `~` is the home folder."),
  auto_clone: z.boolean().default(true).describe("Clone `repo` when its folder is missing."),
  clone_depth: count.default(1).describe("Commits of history to clone."),
  default_branch: text.exactOptional().describe("Branch to clone (default: the repository's own)."),
}).transform(camelKeys);
