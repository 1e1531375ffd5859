import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import {
  apply,
  dot,
  faceNormals,
  normalize,
  poseAt,
  restingPose,
  type Pose,
  type Toss,
  type Vector,
} from "./dice-pose.ts";
import type { Throw } from "./presentation.ts";
import { shared } from "./styles.ts";

/** Where the light comes from: over the left shoulder. */
const light: Vector = normalize([-0.45, -0.55, 0.85]);
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

  #frame: number | undefined;

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
    this.#stopDrawing();
  }

  protected override updated(_changed: PropertyValues<this>): void {
    this.#stopDrawing();
    this.renderRoot.querySelector<HTMLElement>(".scene")?.style.removeProperty("opacity");
    if (this.throwing === null) this.#draw(restingPose(this.#toss(this.face ?? 1, 0)));
    else this.#drawThrow(this.throwing);
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
            ${faces.map((face) => html`<div class="core" data-face=${face}></div>`)}
            ${faces.map(
              (face) => html`
                <div class="face" data-face=${face}>
                  ${Array.from({ length: 9 }, (_, place) =>
                    pips[face]?.includes(place) ? html`<i></i>` : html`<b></b>`,
                  )}
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

  #drawThrow(thrown: Throw): void {
    const toss = this.#toss(thrown.face, thrown.turn);
    const scene = this.renderRoot.querySelector<HTMLElement>(".scene");
    const next = (): void => {
      const progress = (performance.now() - thrown.startedAt) / (thrown.endsAt - thrown.startedAt);
      this.#draw(poseAt(toss, Math.min(1, Math.max(0, progress))));
      // It comes out of nowhere, softly. Not on the cube: a group that is see-through is flat.
      scene?.style.setProperty("opacity", String(Math.min(1, Math.max(0, progress) * 14)));
      if (progress < 1) this.#frame = requestAnimationFrame(next);
    };
    next();
  }

  #stopDrawing(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  #draw(pose: Pose): void {
    const cube = this.renderRoot.querySelector<HTMLElement>(".cube");
    const shadow = this.renderRoot.querySelector<HTMLElement>(".shadow");
    if (cube === null || shadow === null) return;
    const [x, y, z] = pose.position;
    cube.style.setProperty("transform", `translate3d(${x}em, ${y}em, ${z}em) ${matrix(pose)}`);
    const drop = 0.1 + z * 0.35; // the higher, the farther from the light's foot
    const yaw = Math.atan2(pose.rotation[1][0], pose.rotation[0][0]);
    const turned = pose.progress < 1 ? 0 : yaw;
    shadow.style.setProperty(
      "transform",
      `translate3d(${x + drop * 0.7}em, ${y + drop}em, -0.5em) rotateZ(${turned}rad) scale(${1 + z * 0.3})`,
    );
    shadow.style.setProperty("opacity", String(Math.min(1, pose.progress * 8) / (1 + z * 1.6)));
    for (const face of this.renderRoot.querySelectorAll<HTMLElement>(".face, .core")) {
      const normal = faceNormals[Number(face.dataset["face"])];
      if (normal === undefined) continue;
      const lit = Math.max(0, dot(apply(pose.rotation, normal), light));
      // A filter is applied to what is painted already: nothing is painted anew for each frame.
      face.style.setProperty("filter", `brightness(${(0.52 + 0.55 * lit).toFixed(3)})`);
    }
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        --body: var(--host);
        font-size: var(--die-size, 6rem);
      }

      :host([seat="guest"]) {
        --body: var(--guest);
      }

      .scene {
        display: grid;
        place-items: center;
        height: 1.75em;
        perspective: 15em;
      }

      .table {
        width: 1em;
        height: 1em;
        transform: rotateX(34deg);
        transform-style: preserve-3d;
      }

      .cube {
        position: absolute;
        inset: 0;
        transform-style: preserve-3d;
        will-change: transform;
      }

      .shadow {
        position: absolute;
        inset: 0.02em;
        border-radius: 0.2em;
        background: rgb(40 10 30 / 0.5);
        filter: blur(0.09em);
      }

      .face,
      .core {
        position: absolute;
        inset: 0;
        backface-visibility: hidden;
        forced-color-adjust: none;
      }

      .face {
        display: grid;
        grid-template: repeat(3, 1fr) / repeat(3, 1fr);
        place-items: center;
        padding: 0.11em;
        border-radius: 0.15em;
        background:
          radial-gradient(120% 120% at 30% 20%, rgb(255 255 255 / 0.22), transparent 60%), var(--body);
        box-shadow:
          inset 0 0 0.05em rgb(255 255 255 / 0.45),
          inset 0 0 0.16em rgb(30 5 40 / 0.28);
      }

      /* A plain cube inside, which shows through where the faces' corners are round. */
      .core {
        inset: 0.045em;
        background: color-mix(in srgb, var(--body), white 18%);
      }

      .face i {
        width: 0.19em;
        height: 0.19em;
        border-radius: 50%;
        background: radial-gradient(circle at 50% 85%, #ffffff, #fff4dd 45%, #e9d6bd);
        box-shadow:
          inset 0 0.022em 0.03em rgb(60 20 40 / 0.55),
          0 0.008em 0.012em rgb(255 255 255 / 0.45);
      }

      .face[data-face="1"] i {
        width: 0.26em;
        height: 0.26em;
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
        transform: rotateY(90deg) translateZ(0.455em);
      }
      .core[data-face="3"] {
        transform: rotateX(90deg) translateZ(0.455em);
      }
      .core[data-face="4"] {
        transform: rotateX(-90deg) translateZ(0.455em);
      }
      .core[data-face="5"] {
        transform: rotateY(-90deg) translateZ(0.455em);
      }
      .core[data-face="6"] {
        transform: rotateY(180deg) translateZ(0.455em);
      }
      .core[data-face="1"] {
        transform: translateZ(0.455em);
      }

      /* Not rolled yet: a die without a number. */
      .table[data-blank] i {
        visibility: hidden;
      }

      :host([stale]) .scene,
      .scene:has([data-blank]) {
        opacity: 0.45;
        filter: saturate(0.6);
      }

      :host([winning]) .face {
        box-shadow:
          inset 0 0 0.05em rgb(255 255 255 / 0.7),
          inset 0 0 0 0.035em rgb(255 226 140 / 0.95);
      }

      @media (forced-colors: active) {
        .face {
          border: 1px solid CanvasText;
        }
      }
    `,
  ];
}

/** CSS counts matrices by columns. */
function matrix({ rotation: [[a, b, c], [d, e, f], [g, h, i]] }: Pose): string {
  const numbers = [a, d, g, 0, b, e, h, 0, c, f, i, 0, 0, 0, 0, 1];
  return `matrix3d(${numbers.map((number) => number.toFixed(5)).join(", ")})`;
}
