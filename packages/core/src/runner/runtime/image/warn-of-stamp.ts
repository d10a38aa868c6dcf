import type { Logger } from "../../../logger.ts";
import { herdctlVersion } from "../../../version.ts";
import { describeStamp } from "./image-stamp.ts";
import { inspectImage } from "./inspect-image.ts";

const timeout = 10_000;
/** Names that have been looked at, by this process. */
const asked = new Set<string>();
/** Images that have been warned of, whatever they are called. */
const told = new Set<string>();

/**
 * Warns once of an image that another version of herdctl built. Looks at a name only once and delays
 * nobody.
 */
export function warnOfStamp(image: string, log: Pick<Logger, "warn">): void {
  if (asked.has(image)) return;
  asked.add(image);
  void look(image, log);
}

async function look(image: string, log: Pick<Logger, "warn">): Promise<void> {
  const facts = await inspectImage(image, { timeout });
  // It may be there the next time.
  if (!facts) return void asked.delete(image);
  const warning = describeStamp({ image, ...facts, ours: herdctlVersion() });
  if (warning === undefined || told.has(facts.id)) return;
  told.add(facts.id);
  log.warn(warning);
}
