import { LitElement, css, html, type TemplateResult } from "lit";
import { chooseSound, isSoundOn } from "../sound-choice.ts";
import { play } from "./sounds.ts";
import { buttons, shared } from "./styles.ts";

/** `<sound-switch>`: whether this browser lets games be heard. Off until somebody presses it. */
export class SoundSwitch extends LitElement {
  static override properties = { isOn: { state: true } };

  declare isOn: boolean;

  constructor() {
    super();
    this.isOn = isSoundOn();
  }

  protected override render(): TemplateResult {
    return html`<button type="button" class="button quiet" @click=${this.#press}>
      Sound: ${this.isOn ? "on" : "off"}
    </button>`;
  }

  #press(): void {
    this.isOn = !this.isOn;
    chooseSound(this.isOn);
    play("my turn");
  }

  static override styles = [
    shared,
    buttons,
    css`
      :host {
        display: inline-block;
      }
    `,
  ];
}
