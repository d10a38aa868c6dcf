import type { ResolvedWorkSource } from "../config/resolved.ts";
import { FleetManagerError } from "../errors.ts";
import { createFolderSource } from "./folder/folder-source.ts";
import type { WorkSource } from "./work-source.ts";

/**
 * The work source that a configuration describes. A new kind is one file and one line here.
 *
 * @throws {FleetManagerError} `FEATURE_NOT_ACTIVE` for one that configuration warned of.
 */
export function createWorkSource(config: ResolvedWorkSource): WorkSource {
  switch (config.type) {
    case "folder":
      return createFolderSource(config);
    case "github":
      throw new FleetManagerError('A work source of type "github" is not active yet.', {
        code: "FEATURE_NOT_ACTIVE",
      });
  }
}
