/**
 * Shares the rows of a screen among sections: each gets as many as make sense at all, then as many as
 * are enough, then what is left, those that come first being served first. One row is a title.
 */
export function shareRows(wishes: readonly number[], available: number): readonly number[] {
  let left = available;
  let shares: readonly number[] = wishes.map((wish) => {
    const least = Math.min(wish, leastRows);
    const share = wish > 1 && least <= left ? least : 0;
    left -= share;
    return share;
  });
  for (const most of [enoughRows, Infinity]) {
    shares = shares.map((share, index) => {
      const wish = Math.min(wishes[index] ?? 0, most);
      const more = share === 0 ? 0 : Math.max(0, Math.min(wish - share, left));
      left -= more;
      return share + more;
    });
  }
  return shares;
}

const leastRows = 3;
const enoughRows = 10;
