/** Every figure by name; resolves to whether its targets are met. Loaded when it is asked for. */
export const figures: Readonly<Record<string, () => Promise<boolean>>> = {
  version: async () => (await import("./overhead.ts")).measureVersion(),
  overhead: async () => (await import("./overhead.ts")).measureOverhead(),
  loading: async () => (await import("./loading.ts")).measureLoading(),
  start: async () => (await import("./fleet.ts")).measureStart(),
  idle: async () => (await import("./fleet.ts")).measureIdle(),
  lateness: async () => (await import("./fires.ts")).measureLateness(),
  burst: async () => (await import("./fires.ts")).measureBurst(),
  throughput: async () => (await import("./jobs.ts")).measureThroughput(),
  messages: async () => (await import("./jobs.ts")).measureMessages(),
  runtimes: async () => (await import("./runtimes.ts")).measureRuntimes(),
  containers: async () => (await import("./containers.ts")).measureContainers(),
  "cli-latency": async () => (await import("./cli-latency.ts")).measureCliLatency(),
  live: async () => (await import("./network.ts")).measureLive(),
  status: async () => (await import("./network.ts")).measureStatus(),
  history: async () => (await import("./history.ts")).measureHistory(),
  output: async () => (await import("./history.ts")).measureOutput(),
};
