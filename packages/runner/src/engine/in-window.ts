/** How many are under way at once. */
export interface WindowWidth {
  readonly atMost: number;
  /** Whether one that waits idly makes room for another. */
  readonly grows: boolean;
}

/**
 * Does something for each number below a count, so many at a time, until one says that it is enough.
 *
 * @param execute - Gives whether others may follow. `idle` is for what it waits for without doing anything.
 * @throws what the first of them rejected with, once none is under way any more; none begins after that.
 */
export function inWindow(
  count: number,
  { atMost, grows }: WindowWidth,
  execute: (index: number, idle: (wait: Promise<void>) => Promise<void>) => Promise<boolean>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let underWay = 0;
    let idlers = 0;
    let isEnough = false;
    let failure: { readonly error: unknown } | undefined;
    const fill = () => {
      while (!isEnough && next < count && underWay - idlers < atMost) void begin(next++);
      if (underWay > 0) return;
      if (failure === undefined) resolve();
      else reject(failure.error);
    };
    const begin = async (index: number) => {
      underWay++;
      try {
        if (!(await execute(index, grows ? idle : (wait) => wait))) isEnough = true;
      } catch (error) {
        failure ??= { error };
        isEnough = true;
      }
      underWay--;
      fill();
    };
    const idle = async (wait: Promise<void>) => {
      idlers++;
      fill();
      try {
        await wait;
      } finally {
        idlers--;
      }
    };
    fill();
  });
}
