/** Mounting needs root: without it, such tests are skipped on a laptop and fail in CI. */
export const cannotMount: boolean = process.getuid?.() !== 0 && process.env["CI"] !== "true";
