/** A daemon as a service of the user's system: all that its file says. */
export interface ServicePlan {
  /** Of the service; begins with `herdctl-`. */
  readonly name: string;
  readonly description: string;
  /** What runs the daemon. */
  readonly start: readonly string[];
  /** What stops it and leaves alone what the next start goes on with. */
  readonly stop: readonly string[];
  readonly workingDirectory: string;
  /** `PATH`: such services get a bare one. */
  readonly path: string;
  readonly logFile: string;
}

/** How a system keeps services; each is a file that says all. */
export interface ServiceKind {
  readonly name: "systemd" | "launchd";
  readonly fileOf: (service: string, env: Environment) => string;
  readonly render: (plan: ServicePlan) => string;
  /** A word as it stands in the file. */
  readonly quote: (word: string) => string;
  /** Makes the file known, and runs it now and after each login. */
  readonly activate: (service: Service) => Promise<void>;
  /** Ends it and removes its file. */
  readonly deactivate: (service: Service) => Promise<void>;
  readonly state: (service: Service) => Promise<ServiceState>;
  /** A command that shows what the daemon said last. */
  readonly logOf: (service: Service, logFile: string) => string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A service that may be installed. */
export interface Service {
  readonly name: string;
  readonly file: string;
  readonly env: Environment;
}

/** What the system knows of a service. */
export interface ServiceState {
  /** It starts by itself. */
  readonly enabled: boolean;
  readonly active: boolean;
  readonly pid?: number;
  /** It runs while nobody is logged in. */
  readonly lingers?: boolean;
}
