import { checkLogin, stream } from "./rest.js";

const REOPEN_AFTER = 3000;

/**
 * A live stream that goes on after a restart of the node, and after a login that was over. After a
 * broken connection a browser asks again by itself, and tells where it was.
 */
export class Live {
  #close = () => {};
  #timer = null;
  #turn = 0;

  /**
   * Opens the stream, in place of the one before.
   *
   * @param {function(): object} query gives the query, each time it is opened; null ends it
   * @param {function(string, object, string): void} onEvent gets name, data and id of every event
   * @param {function(boolean): void} onState is told whether it is open
   */
  open(path, query, names, onEvent, onState) {
    this.close();
    const turn = this.#turn;
    const asked = query();
    if (asked === null) return;
    this.#close = stream(path, asked, names, onEvent, (open, over) => {
      if (turn !== this.#turn) return;
      onState(open);
      if (!over) return;
      this.close();
      const again = () => this.#again([path, query, names, onEvent, onState]);
      this.#timer = setTimeout(again, REOPEN_AFTER);
    });
  }

  close() {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#close();
    this.#close = () => {};
  }

  async #again(all) {
    const turn = this.#turn;
    try {
      await checkLogin();
      if (turn === this.#turn) this.open(...all);
    } catch {
      if (turn === this.#turn) this.#timer = setTimeout(() => this.#again(all), REOPEN_AFTER);
    }
  }
}
