import { Cron } from "croner";

const knownZones = new Map<string, boolean>();

/** Tells whether this machine knows the time zone by this IANA name. */
export function isTimeZone(zone: string): boolean {
  const known = knownZones.get(zone) ?? acceptsZone(zone);
  knownZones.set(zone, known);
  return known;
}

function acceptsZone(zone: string): boolean {
  // Intl takes offsets such as +02:00 too, which have no daylight saving and are no IANA names.
  if (/^[+-]/.test(zone)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}

const usable = new Set<string>();

/** Why this is not a usable cron expression; `undefined` when it is one. */
export function reasonAgainstCron(expression: string): string | undefined {
  // Parsing costs as much as everything else about a schedule, and fleets repeat themselves.
  if (usable.has(expression)) return undefined;
  const reason = findReason(expression);
  if (reason === undefined) usable.add(expression);
  return reason;
}

function findReason(expression: string): string | undefined {
  const cron = parseCron(expression);
  if (typeof cron === "string") {
    return `must be a cron expression (${cron}): 5 fields "minute hour day month weekday", 6 with seconds first, or @hourly, @daily, @weekly, @monthly, @yearly`;
  }
  return mayNeverFire(expression) && cron.nextRun() === null
    ? "never fires: no such date exists"
    : undefined;
}

function parseCron(expression: string): Cron | string {
  try {
    return new Cron(expression, { paused: true, mode: "5-or-6-parts" });
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
  }
}

// Looking for the next date costs far more than parsing, and only a day with a month can be impossible.
function mayNeverFire(expression: string): boolean {
  const fields = expression.trim().split(/\s+/);
  if (fields.length < 5) return expression.includes(":");
  const [day, month] = fields.slice(-3);
  return day !== "*" && month !== "*";
}
