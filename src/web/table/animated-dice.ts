import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import { keyframesOf, looksOf, type DieLooks, type Look } from "./dice-motion.ts";
import { restingPose, type Toss } from "./dice-pose.ts";
import type { Throw } from "./presentation.ts";
import { shared } from "./styles.ts";

const faces = [1, 2, 3, 4, 5, 6] as const;

/** Which of the nine places of a face carry a pip. */
const pips: Readonly<Record<number, readonly number[]>> = {
  1: [4],
  2: [0, 8],
  3: [0, 4, 8],
  4: [0, 2, 6, 8],
  5: [0, 2, 4, 6, 8],
  6: [0, 2, 3, 5, 6, 8],
};

/**
 * `<animated-dice>`: one player's die, a lit cube on a table. It draws the throw that it is given, by the clock, and
 * is done when the throw is taken away: nobody waits for it.
 *
 * @property face the number that lies up; null: it has not been rolled yet
 * @property throwing the throw under way; null: the die lies still
 * @property seat `host` or `guest`: gives the colour, and the side from which it is thrown
 * @property stale it shows a round that is over, while the next is under way
 * @property winning it won the last round
 * @property label what it is called when read out
 */
export class AnimatedDice extends LitElement {
  static override properties = {
    face: { type: Number },
    throwing: { attribute: false },
    seat: { type: String, reflect: true },
    stale: { type: Boolean, reflect: true },
    winning: { type: Boolean, reflect: true },
    label: { type: String },
  };

  declare face: number | null;
  declare throwing: Throw | null;
  declare seat: "host" | "guest";
  declare stale: boolean;
  declare winning: boolean;
  declare label: string;

  #motions: readonly Animation[] = [];

  constructor() {
    super();
    this.face = null;
    this.throwing = null;
    this.seat = "host";
    this.stale = false;
    this.winning = false;
    this.label = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate(); // moved in the page during a throw: draw on
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopMoving();
  }

  protected override updated(_changed: PropertyValues<this>): void {
    this.#stopMoving();
    if (this.throwing === null) this.#rest();
    else this.#move(this.throwing);
  }

  protected override render(): TemplateResult {
    const tumbling = this.throwing !== null;
    const blank = this.face === null && !tumbling;
    const said = tumbling ? "rolling" : blank ? "not rolled yet" : String(this.face);
    return html`
      <div class="scene" role="img" aria-label="${this.label}: ${said}">
        <div class="table" ?data-blank=${blank}>
          <div class="shadow"></div>
          <div class="cube">
            ${faces.map((face) => html`<div class="core" data-face=${face}><s></s></div>`)}
            ${faces.map(
              (face) => html`
                <div class="face" data-face=${face}>
                  ${Array.from({ length: 9 }, (_, place) =>
                    pips[face]?.includes(place) ? html`<i></i>` : html`<b></b>`,
                  )}
                  <s></s>
                </div>
              `,
            )}
          </div>
        </div>
      </div>
    `;
  }

  #toss(face: number, turn: number): Toss {
    return { face, turn, from: this.seat === "host" ? "left" : "right" };
  }

  /** As it lies on the table. */
  #rest(): void {
    const looks = looksOf(restingPose(this.#toss(this.face ?? 1, 0)));
    this.#each({ ...looks, scene: {} }, (element, { transform = "", opacity = "" }) => {
      element.style.setProperty("transform", transform);
      element.style.setProperty("opacity", opacity);
    });
  }

  /** From where the throw is by the clock: an element that is moved in the page goes on with it. */
  #move(thrown: Throw): void {
    const motions: Animation[] = [];
    this.#each<Look[]>(keyframesOf(this.#toss(thrown.face, thrown.turn)), (element, keyframes) => {
      const motion = element.animate(
        keyframes.map((look) => ({ ...look })),
        {
          duration: thrown.endsAt - thrown.startedAt,
          fill: "both",
        },
      );
      motion.currentTime = performance.now() - thrown.startedAt;
      motions.push(motion);
    });
    this.#motions = motions;
  }

  #stopMoving(): void {
    for (const motion of this.#motions) motion.cancel();
    this.#motions = [];
  }

  #each<Value>(looks: DieLooks<Value>, show: (element: HTMLElement, look: Value) => void): void {
    const find = (selector: string) => this.renderRoot.querySelectorAll<HTMLElement>(selector);
    for (const element of find(".scene")) show(element, looks.scene);
    for (const element of find(".cube")) show(element, looks.cube);
    for (const element of find(".shadow")) show(element, looks.shadow);
    for (const [face, look] of Object.entries(looks.shades)) {
      for (const element of find(`[data-face="${face}"] > s`)) show(element, look);
    }
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        --body: var(--host);
        --pale: light-dark(#ffffff, #2b2350);
        font-size: var(--die-size, 6rem);
      }

      :host([seat="guest"]) {
        --body: var(--guest);
      }

      .scene {
        display: grid;
        place-items: center;
        height: 1.75em;
        perspective: 13em;
      }

      .table {
        width: 1em;
        height: 1em;
        transform: rotateX(36deg);
        transform-style: preserve-3d;
        --lit: var(--body);
      }

      .cube {
        position: absolute;
        inset: 0;
        transform-style: preserve-3d;
        will-change: transform;
      }

      .shadow {
        position: absolute;
        inset: 0.03em;
        border-radius: 0.24em;
        background: rgb(50 15 20 / 0.55);
        filter: blur(0.1em);
      }

      /* The light of a win, on the table under the die. */
      .table::before {
        content: "";
        position: absolute;
        inset: -0.62em;
        border-radius: 50%;
        background: radial-gradient(
          closest-side,
          light-dark(#fffdf0, rgb(255 180 92 / 0.5)) 25%,
          transparent
        );
        opacity: 0;
        transform: translateZ(-0.51em);
        transition: opacity var(--calm, 320ms) ease;
      }

      :host([winning]) .table::before {
        opacity: 0.9;
      }

      .face,
      .core {
        position: absolute;
        inset: 0;
        backface-visibility: hidden;
        forced-color-adjust: none;
      }

      /* A cast block with a narrow bevel that catches the light. */
      .face {
        display: grid;
        grid-template: repeat(3, 1fr) / repeat(3, 1fr);
        place-items: center;
        padding: 0.1em;
        border-radius: 0.1em;
        background:
          radial-gradient(90% 90% at 28% 18%, rgb(255 255 255 / 0.3), transparent 65%),
          linear-gradient(135deg, rgb(255 255 255 / 0.1), rgb(0 0 0 / 0.1)), var(--lit);
        box-shadow:
          inset 0 0 0 0.012em rgb(255 255 255 / 0.22),
          inset 0.018em 0.018em 0.03em rgb(255 255 255 / 0.5),
          inset -0.02em -0.02em 0.05em rgb(30 5 40 / 0.38);
      }

      /* What a face lacks of light. */
      s {
        position: absolute;
        inset: 0;
        border-radius: inherit;
        background: #1a0626;
      }

      /* A plain cube inside, which shows through where the faces' corners are round. */
      .core {
        inset: 0.022em;
        border-radius: 0.05em;
        background: color-mix(in srgb, var(--lit), white 22%);
      }

      /* Drilled, and filled with ivory. */
      .face i {
        width: 0.2em;
        height: 0.2em;
        border-radius: 50%;
        background: radial-gradient(circle at 50% 80%, #ffffff, #fff7e6 45%, #e2cfb4);
        box-shadow:
          inset 0 0.024em 0.035em rgb(70 25 30 / 0.65),
          0 0.01em 0.012em rgb(255 255 255 / 0.5);
      }

      .face[data-face="1"] i {
        width: 0.28em;
        height: 0.28em;
      }

      [data-face="2"] {
        transform: rotateY(90deg) translateZ(0.5em);
      }
      [data-face="3"] {
        transform: rotateX(90deg) translateZ(0.5em);
      }
      [data-face="4"] {
        transform: rotateX(-90deg) translateZ(0.5em);
      }
      [data-face="5"] {
        transform: rotateY(-90deg) translateZ(0.5em);
      }
      [data-face="6"] {
        transform: rotateY(180deg) translateZ(0.5em);
      }
      [data-face="1"] {
        transform: translateZ(0.5em);
      }
      .core[data-face="2"] {
        transform: rotateY(90deg) translateZ(0.478em);
      }
      .core[data-face="3"] {
        transform: rotateX(90deg) translateZ(0.478em);
      }
      .core[data-face="4"] {
        transform: rotateX(-90deg) translateZ(0.478em);
      }
      .core[data-face="5"] {
        transform: rotateY(-90deg) translateZ(0.478em);
      }
      .core[data-face="6"] {
        transform: rotateY(180deg) translateZ(0.478em);
      }
      .core[data-face="1"] {
        transform: translateZ(0.478em);
      }

      /* Not rolled yet: a die without a number. Of the round before: one that has lost its colour. Both are solid. */
      .table[data-blank] i {
        visibility: hidden;
      }

      .table[data-blank] {
        --lit: color-mix(in oklab, var(--body) 68%, var(--pale));
      }

      :host([stale]) .table {
        --lit: color-mix(in oklab, var(--body) 42%, var(--pale));
      }

      :host([stale]) i {
        opacity: 0.85;
      }

      @media (forced-colors: active) {
        .face {
          border: 1px solid CanvasText;
        }
      }
    `,
  ];
}
