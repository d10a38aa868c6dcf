const units = "bkmgt";

/** Bytes of an amount of memory as Docker takes it, such as `2g`; NaN for what is none. */
export function bytesOf(amount: string): number {
  const [, digits, unit = "b"] = /^(\d+(?:\.\d+)?)([bkmgt])?$/i.exec(amount) ?? [];
  return Number(digits) * 1024 ** units.indexOf(unit.toLowerCase());
}
