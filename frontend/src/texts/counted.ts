/** Numbers of things and of seconds, in English. */
export const list = (count: number, one: string, many: string): string => `${String(count)} ${count === 1 ? one : many}`;

export const waiting = (seconds: number): string => (seconds < 60 ? list(seconds, "second", "seconds") : `${String(Math.floor(seconds / 60))} min ${String(seconds % 60)} s`);
