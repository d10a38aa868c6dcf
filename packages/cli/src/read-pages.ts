import type { JobFilter, JobList } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";

/** Which part of a list. */
interface Part {
  /** At most this many; absent: all. */
  readonly limit?: number;
  readonly cursor?: string;
}

interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent: there are no more. */
  readonly nextCursor?: string;
}

// A daemon gives no more at once.
const longestPage = 1_000;

/** Reads a part of a list, in as many pages as that takes. */
export async function readPages<Item>(
  { limit = Infinity, cursor }: Part,
  readPage: (part: Part) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const items: Item[] = [];
  for (let from = cursor; ;) {
    const size = Math.min(limit - items.length, longestPage);
    const page = await readPage({ limit: size, ...(from !== undefined && { cursor: from }) });
    items.push(...page.items);
    from = page.nextCursor;
    if (from === undefined) return { items };
    if (items.length >= limit) return { items, nextCursor: from };
  }
}

/** Jobs that match, newest first: without a `limit`, all of them. */
export async function readJobs(
  fleet: Pick<FleetOperations, "getJobs">,
  filter: JobFilter,
): Promise<JobList> {
  const { items, ...rest } = await readPages(filter, async (part) => {
    const { jobs, ...more } = await fleet.getJobs({ ...filter, ...part });
    return { items: jobs, ...more };
  });
  return { jobs: items, ...rest };
}
