/** A field of what somebody else wrote; nothing where it has none, or is no object at all. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
