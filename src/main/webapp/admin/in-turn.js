/**
 * Does the same for many, some at a time. The first failure ends it, as does the signal.
 *
 * @param {object[]} items
 * @param {number} parallel how many at a time
 * @param {function(object): Promise<void>} task
 * @param {AbortSignal} signal
 * @param {function(number): void} told gets how many are done
 * @returns {Promise<number>} how many are done
 */
export async function inTurn(items, parallel, task, signal, told = () => {}) {
  let next = 0;
  let done = 0;
  let failed = false;
  async function work() {
    while (next < items.length && !signal.aborted && !failed) {
      try {
        await task(items[next++]);
      } catch (problem) {
        failed = true;
        throw problem;
      }
      told(++done);
    }
  }
  await Promise.all(Array.from({ length: parallel }, work));
  return done;
}
