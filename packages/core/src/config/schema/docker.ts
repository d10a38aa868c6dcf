import { z } from "zod";
import { bytesOf } from "../memory-amount.ts";
import type { ResolvedDocker } from "../resolved.ts";
import { count, environment } from "./fields.ts";
import { camelKeys, object } from "./object.ts";

const volumeMessage = 'must be a volume: "host:container", ":ro" or ":rw" may follow';
const portMessage = 'must be a port mapping: "host:container" or "container"';
const imageMessage =
  'must be an image name, such as "herdctl/agent:1" or "registry:5000/team/agent"';
const egressMessage =
  'must be a host, such as "api.example.com", "*.example.com" or "host.docker.internal:8080"';
const egressPattern =
  /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/i;

// The engine's own; nothing at all would be no limit.
const leastMemory = 6 * 1_024 ** 2;

const image = z
  .string()
  .regex(
    /^(?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/i,
    imageMessage,
  );

const fields = object({
  enabled: z.boolean().default(false).describe("Run the agent in a container."),
  image: image.exactOptional().describe("Image that contains `claude`."),
  network: z
    .enum(["none", "bridge", "host"])
    .exactOptional()
    .describe("Network of the container (default: `bridge`; with `egress`, `none`)."),
  memory: z
    .string()
    .regex(
      /^\d+(?:\.\d+)?[bkmgt]?$/i,
      'must be an amount of memory: digits and one of b, k, m, g, t, such as "2g"',
    )
    .refine((amount) => !(bytesOf(amount) < leastMemory), "must be at least 6m")
    .default("2g")
    .describe("Memory limit."),
  cpus: z.number().positive().exactOptional().describe("Limit in CPUs."),
  cpu_shares: z.int().min(2).exactOptional().describe("Relative CPU weight."),
  cpu_period: z
    .int()
    .min(1_000)
    .max(1_000_000)
    .exactOptional()
    .describe("CFS period, microseconds."),
  cpu_quota: z.int().min(1_000).exactOptional().describe("CFS quota, microseconds."),
  pids_limit: count.default(512).describe("Limit on processes."),
  user: z
    .string()
    .regex(/^\d+(?::\d+)?$/, 'must be a user: "UID" or "UID:GID"')
    .exactOptional()
    .describe("User in the container (default: the user who runs herdctl)."),
  workspace_mode: z.enum(["rw", "ro"]).default("rw").describe("How the workspace is mounted."),
  volumes: z
    .array(z.string().regex(/^[^:]+:\/[^:]*(?::(?:ro|rw))?$/, volumeMessage))
    .default([])
    .describe("Further mounts, `host:container[:ro|rw]`; the host part is relative to this file."),
  env: environment.default({}).describe("Environment in the container."),
  tmpfs: z
    .array(z.string().regex(/^\//, "must be an absolute path in the container"))
    .default([])
    .describe("Folders held in memory."),
  ports: z
    .array(z.string().regex(/^(?:\d{1,5}:)?\d{1,5}$/, portMessage))
    .default([])
    .describe("Published ports, `host:container` or `container`."),
  labels: z.record(z.string(), z.string()).default({}).describe("Labels of the container."),
  read_only: z.boolean().default(false).describe("Read-only root file system."),
  egress: object({
    allow: z
      .array(z.string().regex(egressPattern, egressMessage))
      .default([])
      .describe("`host` (its ports 443 and 80), `*.host`, `host:port`; nothing else is reached."),
  })
    .exactOptional()
    .describe("The only places on the network that a container without one reaches, by a proxy."),
  credentials: z
    .enum(["proxy", "mount", "env"])
    .exactOptional()
    .describe(
      "How Claude signs in: through a proxy on the host (default where that can be), a read-only mount, or the environment.",
    ),
  ephemeral: z
    .boolean()
    .default(true)
    .describe("A new container for each job; `false` keeps containers for the next ones."),
  max_containers: count.default(5).describe("Containers of this agent at one time."),
  host_config: z
    .record(z.string(), z.unknown())
    .exactOptional()
    .describe("Limits and network settings as fields of Docker's HostConfig; they win."),
});

/** What holds for a container about which nothing is said, by the names in YAML. */
export const dockerDefaults: Readonly<Record<string, unknown>> = fields.parse({});

const options = fields.transform(camelKeys);

/** The `docker` block; `true` stands for `{enabled: true}`. */
export const dockerSchema: z.ZodType<ResolvedDocker> = z.union([
  z.boolean().transform((enabled) => options.parse({ enabled })),
  options,
]);
