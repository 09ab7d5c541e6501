// How hot a desk is, from 0 (quiet) to 4 (burns), and the order "where it burns" that follows from it.
const MINUTES = [12, 25, 45];

/** Minutes since the oldest of those who wait came; 0 where nobody waits. */
export const oldestMinutes = (figures, now) =>
  figures.oldest_since ? Math.max(0, (now - Date.parse(figures.oldest_since)) / 60_000) : 0;

export const heat = (figures, now) => {
  if (!figures.waiting) return figures.help ? 2 : 0;
  // Nobody will ever call those who wait at a desk without an open counter.
  if (!figures.open || figures.state !== "open") return 4;
  const [low, high] = figures.estimate ?? [0, 0];
  const minutes = Math.max(oldestMinutes(figures, now), (low + high) / 2);
  const level = 1 + MINUTES.filter((limit) => minutes >= limit).length;
  return figures.help ? Math.max(level, 2) : level;
};

/** For Array.sort: hottest first, then the longest wait, the longest queue, and the desk's number. */
export const hotterFirst = (now) => (one, other) =>
  heat(other.figures, now) - heat(one.figures, now) ||
  oldestMinutes(other.figures, now) - oldestMinutes(one.figures, now) ||
  other.figures.waiting - one.figures.waiting ||
  one.number - other.number;
