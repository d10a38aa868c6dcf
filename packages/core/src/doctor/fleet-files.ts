import { realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { protectedFiles } from "../config/protected-files.ts";
import { isIn } from "../runner/runtime/container/mount-rules.ts";
import { type Check, nameSome, type Patient } from "./check.ts";

const name = "fleet files";

/** Who can change the fleet itself: agents on the host that work beside its files. */
export async function checkFleetFiles(patient: Patient): Promise<readonly Check[]> {
  const { config, stateDir } = patient;
  const agents = (config?.agents ?? []).filter(({ docker }) => !docker?.enabled);
  if (!config || agents.length === 0) return [];
  const own = [...protectedFiles(config), join(config.configDir, ".env"), stateDir];
  const files = (await Promise.all(own.map(realPath))).flat();
  const reached = new Set<string>();
  const able: string[] = [];
  for (const { qualifiedName, workingDirectory } of agents) {
    const [folder = workingDirectory] = await realPath(workingDirectory);
    const inside = files.filter((file) => isIn(file, folder));
    if (inside.length > 0) able.push(qualifiedName);
    for (const file of inside) reached.add(relative(config.configDir, file) || file);
  }
  if (able.length === 0) {
    return [{ name, status: "ok", message: "no agent works in a folder with files of the fleet" }];
  }
  return [
    {
      name,
      status: "warning",
      message: `with a tool that writes or runs commands, these agents can change ${nameSome([...reached])}: ${nameSome(able)}`,
      remedy:
        "Let them work in other folders, or in containers (`docker: true`), where these files are hidden.",
    },
  ];
}

async function realPath(path: string): Promise<readonly string[]> {
  return realpath(path).then(
    (real) => [real],
    () => [],
  );
}
