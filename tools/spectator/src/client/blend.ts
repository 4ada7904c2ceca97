// What lies between two versions of an entity, and past its newest one, as its game's schema says.
// States are plain objects: numbers, and objects of numbers for structs within.

export type State = { [name: string]: unknown };

/** A number within a state. */
export interface Leaf {
  path: readonly string[];
  lo: number;
  hi: number;
  step: number;
  wraps: boolean;
  isWhole: boolean;
}

export interface NumberField {
  kind: "number";
  leaves: readonly Leaf[];
  /** Of the same order: what moves each of them, in its units a second. */
  velocity: readonly Leaf[] | null;
}

/** A struct of x, y, z, w, in this order. */
export interface RotationField {
  kind: "rotation";
  leaves: readonly Leaf[];
}

/** What of a type moves; everything else holds from one version to the next. */
export interface BlendType {
  name: string;
  fields: readonly (NumberField | RotationField)[];
  /** Where one of these differs between two versions, the entity jumped. */
  teleports: readonly Leaf[];
}

function parentOf(state: State, path: readonly string[]): State | null {
  let at: unknown = state;
  for (let i = 0; i + 1 < path.length; ++i) {
    if (typeof at !== "object" || at === null) return null;
    at = (at as State)[path[i] as string];
  }
  return typeof at === "object" && at !== null ? (at as State) : null;
}

/** Null: it is no number, as 64 bits are not. */
function numberAt(state: State, leaf: Leaf): number | null {
  const value = parentOf(state, leaf.path)?.[leaf.path[leaf.path.length - 1] as string];
  return typeof value === "number" ? value : null;
}

function setNumber(state: State, leaf: Leaf, number: number): void {
  const parent = parentOf(state, leaf.path);
  if (!parent) return;
  const shown = leaf.isWhole ? Math.floor(number + 0.5) : number;
  parent[leaf.path[leaf.path.length - 1] as string] = within(leaf, shown);
}

function within(leaf: Leaf, number: number): number {
  const length = leaf.hi - leaf.lo;
  let value = number;
  if (leaf.wraps && !(value >= leaf.lo && value < leaf.hi)) {
    value -= length * Math.floor((value - leaf.lo) / length);
  }
  if (!(value > leaf.lo)) return leaf.lo;
  if (value < leaf.hi) return value;
  return leaf.wraps ? leaf.lo : leaf.hi;
}

/** From `a` to `b`, the shorter way where there are two. */
function wayBetween(leaf: Leaf, a: number, b: number): number {
  const straight = b - a;
  if (!leaf.wraps) return straight;
  const length = leaf.hi - leaf.lo;
  return straight - length * Math.floor(straight / length + 0.5);
}

/** A copy, down to its numbers. */
export function copyState(state: State): State {
  const copy: State = {};
  for (const name of Object.keys(state)) {
    const value = state[name];
    copy[name] = typeof value === "object" && value !== null ? copyState(value as State) : value;
  }
  return copy;
}

export function hasJumped(type: BlendType, from: State, to: State): boolean {
  return type.teleports.some((leaf) => numberAt(from, leaf) !== numberAt(to, leaf));
}

/** One number on its way from one version to the next. */
interface Leg {
  from: number;
  way: number;
  curvedWay: number; // where there are several ways round, what its velocities tell of
  begin: number; // how far it would come at the velocity that it begins with
  end: number;
  isAccountedFor: boolean;
}

/**
 * What goes faster and slower between two velocities comes as far as something between the two
 * would have brought it. A quarter more is what an entity may have turned meanwhile.
 */
function isAccountedFor(leg: Leg, rounding: number): boolean {
  const slack = rounding + 0.25 * Math.max(Math.abs(leg.begin), Math.abs(leg.end));
  const low = Math.min(leg.begin, leg.end) - slack;
  return leg.curvedWay >= low && leg.curvedWay <= Math.max(leg.begin, leg.end) + slack;
}

function legOf(
  leaf: Leaf,
  speed: Leaf | null,
  from: State,
  to: State,
  seconds: number,
): Leg | null {
  const start = numberAt(from, leaf);
  const goal = numberAt(to, leaf);
  if (start === null || goal === null) return null;
  const way = wayBetween(leaf, start, goal);
  const leg = { from: start, way, curvedWay: way, begin: 0, end: 0, isAccountedFor: false };
  if (!speed) return leg;
  leg.begin = (numberAt(from, speed) ?? 0) * seconds;
  leg.end = (numberAt(to, speed) ?? 0) * seconds;
  if (leaf.wraps) {
    const length = leaf.hi - leaf.lo;
    leg.curvedWay += length * Math.floor(((leg.begin + leg.end) / 2 - way) / length + 0.5);
  }
  leg.isAccountedFor = isAccountedFor(leg, 2 * leaf.step + speed.step * Math.abs(seconds));
  return leg;
}

function curved(leg: Leg, t: number): number {
  const u = 1 - t;
  const eased = leg.curvedWay * t * t * (3 - 2 * t);
  return leg.from + eased + leg.begin * t * u * u - leg.end * t * t * u;
}

function blendNumbers(
  field: NumberField,
  from: State,
  to: State,
  seconds: number,
  fraction: number,
  out: State,
): void {
  const legs = field.leaves.map((leaf, i) =>
    legOf(leaf, seconds > 0 ? (field.velocity?.[i] ?? null) : null, from, to, seconds),
  );
  // All numbers of a vector, or none: half a curve would lead off the way.
  const isCurved = legs.every((leg) => leg !== null && leg.isAccountedFor);
  field.leaves.forEach((leaf, i) => {
    const leg = legs[i];
    if (!leg) return;
    setNumber(out, leaf, isCurved ? curved(leg, fraction) : leg.from + leg.way * fraction);
  });
}

export type Rotation = readonly [number, number, number, number];

function unit(rotation: Rotation): Rotation {
  const [x, y, z, w] = rotation;
  const length = Math.sqrt(x * x + y * y + z * z + w * w);
  if (!(length > 1e-6 && length < 1e6)) return [0, 0, 0, 1];
  return [x / length, y / length, z / length, w / length];
}

/**
 * Along the great circle, the shorter way (K. Shoemake, "Animating rotation with quaternion
 * curves", 1985).
 */
export function slerp(from: Rotation, to: Rotation, fraction: number): Rotation {
  let cosine = from[0] * to[0] + from[1] * to[1] + from[2] * to[2] + from[3] * to[3];
  const sign = cosine < 0 ? -1 : 1;
  cosine *= sign;
  let fromShare = 1 - fraction;
  let toShare = fraction;
  const nearlyStraight = 0.9999; // there the sine says nothing any more
  if (cosine < nearlyStraight) {
    const angle = Math.acos(cosine);
    fromShare = Math.sin(fromShare * angle) / Math.sin(angle);
    toShare = Math.sin(toShare * angle) / Math.sin(angle);
  }
  toShare *= sign;
  return unit([
    from[0] * fromShare + to[0] * toShare,
    from[1] * fromShare + to[1] * toShare,
    from[2] * fromShare + to[2] * toShare,
    from[3] * fromShare + to[3] * toShare,
  ]);
}

function rotationAt(state: State, field: RotationField): Rotation {
  const part = (i: number): number => {
    const leaf = field.leaves[i];
    return leaf ? (numberAt(state, leaf) ?? 0) : 0;
  };
  return unit([part(0), part(1), part(2), part(3)]);
}

/** What lies `fraction` of the way from one version to another, `seconds` later: a new state. */
export function interpolate(
  type: BlendType,
  from: State,
  to: State,
  seconds: number,
  fraction: number,
): State {
  const out = copyState(fraction < 1 ? from : to);
  if (!(fraction > 0) || fraction >= 1 || hasJumped(type, from, to)) return out;
  for (const field of type.fields) {
    if (field.kind === "number") {
      blendNumbers(field, from, to, seconds, fraction, out);
    } else {
      const between = slerp(rotationAt(from, field), rotationAt(to, field), fraction);
      field.leaves.forEach((leaf, i) => setNumber(out, leaf, between[i] ?? 0));
    }
  }
  return out;
}

/** What becomes of a version after `seconds`: what has a velocity moves on, all else holds. */
export function extrapolate(type: BlendType, from: State, seconds: number): State {
  const out = copyState(from);
  if (!(seconds > 0)) return out;
  for (const field of type.fields) {
    if (field.kind !== "number" || !field.velocity) continue;
    field.leaves.forEach((leaf, i) => {
      const speed = field.velocity?.[i];
      const start = numberAt(from, leaf);
      if (!speed || start === null) return;
      setNumber(out, leaf, start + (numberAt(from, speed) ?? 0) * seconds);
    });
  }
  return out;
}
