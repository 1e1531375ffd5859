/**
 * A pose of the die as styles, and a whole throw as keyframes: of `transform` and `opacity` alone, so that the browser
 * runs them beside the page's own work and no script is needed while a die is in the air.
 */
import {
  apply,
  dot,
  faceNormals,
  normalize,
  poseAt,
  type Pose,
  type Toss,
  type Vector,
} from "./dice-pose.ts";

/** Where the light comes from: over the left shoulder. */
const light: Vector = normalize([-0.45, -0.55, 0.85]);
/** So many poses of a throw are computed; between two of them the browser finds its way. */
const steps = 64;

export interface Look {
  readonly opacity?: string;
  readonly transform?: string;
}

/** What a die is drawn of. The shades lie on its faces, black and more or less see-through. */
export interface DieLooks<Value> {
  readonly scene: Value;
  readonly cube: Value;
  readonly shadow: Value;
  /** By face, 1 to 6. */
  readonly shades: Readonly<Record<number, Value>>;
}

export function looksOf(pose: Pose): DieLooks<Look> {
  const [x, y, z] = pose.position;
  const drop = 0.1 + z * 0.26; // the higher, the farther from the light's foot
  const turned = pose.progress < 1 ? 0 : Math.atan2(pose.rotation[1][0], pose.rotation[0][0]);
  return {
    // It comes out of nowhere, softly. Not on the cube: a group that is see-through is flat.
    scene: { opacity: String(Math.min(1, pose.progress * 14)) },
    cube: { transform: `translate3d(${x}em, ${y}em, ${z}em) ${matrix(pose)}` },
    shadow: {
      transform: `translate3d(${x + drop * 0.7}em, ${y + drop}em, -0.5em) rotateZ(${turned}rad) scale(${1 + z * 0.18})`,
      opacity: String(Math.min(1, pose.progress * 8) / (1 + z * 2.2)),
    },
    shades: Object.fromEntries(
      Object.entries(faceNormals).map(([face, normal]) => [face, { opacity: shade(pose, normal) }]),
    ),
  };
}

/** The throw from the hand to the table, at even steps of its time. */
export function keyframesOf(toss: Toss): DieLooks<Look[]> {
  const looks = Array.from({ length: steps + 1 }, (_, step) => looksOf(poseAt(toss, step / steps)));
  return {
    scene: looks.map(({ scene }) => scene),
    cube: looks.map(({ cube }) => cube),
    shadow: looks.map(({ shadow }) => shadow),
    shades: Object.fromEntries(
      Object.keys(faceNormals).map((face) => [face, looks.map(({ shades }) => shades[Number(face)] ?? {})]),
    ),
  };
}

function shade({ rotation }: Pose, normal: Vector): string {
  const lit = Math.max(0, dot(apply(rotation, normal), light));
  return Math.max(0, 0.48 - 0.55 * lit).toFixed(3);
}

/** CSS counts matrices by columns. */
function matrix({ rotation: [[a, b, c], [d, e, f], [g, h, i]] }: Pose): string {
  const numbers = [a, d, g, 0, b, e, h, 0, c, f, i, 0, 0, 0, 0, 1];
  return `matrix3d(${numbers.map((number) => number.toFixed(5)).join(", ")})`;
}
