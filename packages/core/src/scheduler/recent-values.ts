/** Keeps the values that were asked for last, and makes those that it does not have. */
export class RecentValues<V> {
  readonly #most: number;
  readonly #values = new Map<string, V>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, make: () => V): V {
    const value = this.#values.get(key) ?? make();
    // A map keeps the order of insertion: the first is the one that was not asked for longest.
    this.#values.delete(key);
    this.#values.set(key, value);
    const [first] = this.#values.keys();
    if (this.#values.size > this.#most && first !== undefined) this.#values.delete(first);
    return value;
  }
}
