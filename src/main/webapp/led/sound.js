const NOTES = { on: 660, off: 440, arrived: 880, gone: 330 };

/** Short notes for what happens; silent until the visitor asks for sound. */
export class Sound {
  #audio = null;

  get on() {
    return this.#audio !== null;
  }

  /** To be called by a click: browsers give sound to no one else. */
  toggle() {
    if (this.#audio) {
      this.#audio.close();
      this.#audio = null;
    } else {
      this.#audio = new AudioContext();
      this.play("on");
    }
  }

  play(note) {
    if (!this.#audio) return;
    const start = this.#audio.currentTime;
    const tone = new OscillatorNode(this.#audio, { frequency: NOTES[note] });
    const volume = new GainNode(this.#audio, { gain: 0.08 });
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.18);
    tone.connect(volume).connect(this.#audio.destination);
    tone.start();
    tone.stop(start + 0.2);
  }
}
