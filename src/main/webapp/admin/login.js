import { setText } from "../shared/dom.js";
import { get, post, whenUnauthorized, wordsOf } from "./rest.js";

const LOOK_EVERY = 5000;

/**
 * The login of this page. It may end at any time: by a logout in another window, by its age, or
 * because nodes were started again. Then the login is asked for above what is shown, which goes on
 * where it was.
 */
export class Login {
  #form;
  #home;
  #dialog;
  #changed;
  #session = null;
  #waiting = null;

  /**
   * @param {HTMLFormElement} form user and password
   * @param {HTMLDialogElement} dialog where the form is shown when a login is over
   * @param {function(object): void} changed gets each session that is not as the one before
   */
  constructor(form, dialog, changed) {
    this.#form = form;
    this.#home = form.parentElement;
    this.#dialog = dialog;
    this.#changed = changed;
    form.addEventListener("submit", (event) => this.#submit(event));
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => this.#closed());
    whenUnauthorized(() => this.#again());
    setInterval(() => this.#look(), LOOK_EVERY);
  }

  /** Takes what the node says of the login. */
  set(session) {
    if (this.#session?.viewer && !session.viewer && session.enabled) this.#again();
    else this.#take(session);
  }

  /** Takes what the node says after the visitor has logged out. */
  ended(session) {
    this.#session = null;
    this.#take(session);
  }

  #take(session) {
    const before = this.#session;
    this.#session = session;
    if (this.#dialog.open && session.viewer) this.#dialog.close();
    const same = ["enabled", "user", "viewer", "operator"].every((each) => before?.[each] === session[each]);
    if (!same) this.#changed(session);
    this.#waiting?.kept();
    this.#waiting = null;
  }

  /** Asks for a login above what is shown; the promise is kept when there is one. */
  #again() {
    if (!this.#session?.viewer) return new Promise(() => {}); // the login is shown already
    if (!this.#waiting) {
      let kept;
      this.#waiting = { promise: new Promise((resolve) => (kept = resolve)), kept };
      this.#say("Your login is over. Log in again to go on where you were.");
      this.#dialog.append(this.#form);
      this.#form.hidden = false;
      // the login server has a window of its own, so that the view stays as it is
      this.#form.querySelector("a").target = "_blank";
      document.body.dataset.session = "over";
      this.#dialog.showModal();
      const { user, password } = this.#form.elements;
      user.value ||= this.#session?.user ?? "";
      (user.value ? password : user).focus();
    }
    return this.#waiting.promise;
  }

  /** The dialog is gone: with a login, or because the visitor does not want one. */
  #closed() {
    this.#home.prepend(this.#form);
    this.#say("");
    this.#form.hidden = true;
    this.#form.querySelector("a").target = "";
    document.body.dataset.session = "open";
    if (this.#waiting) {
      this.#waiting = null;
      this.ended({ ...this.#session, user: null, viewer: false, operator: false });
    }
  }

  async #submit(event) {
    event.preventDefault();
    const { user, password } = this.#form.elements;
    try {
      const session = await post("session", { user: user.value, password: password.value });
      password.value = "";
      this.#say("");
      this.#take(session);
    } catch (problem) {
      this.#say(wordsOf(problem));
      password.select();
    }
  }

  #say(text) {
    setText(this.#form.querySelector("[role=alert]"), text);
  }

  /** A login may have ended or begun in another window. */
  async #look() {
    if (!this.#session?.enabled || document.hidden) return;
    try {
      this.set(await get("session"));
    } catch {
      // the view says that the node does not answer
    }
  }
}
