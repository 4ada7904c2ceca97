import type { Column, EntityType, Field, FeedSchema } from "./schema";

/** A question, or several in a row, with an opinion from each of three points of view: the first
 * places of these opinions. */
export interface Mixed {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** How a field is expected to go on: along a line; the same, and wraps; along a great circle; or it
 * stays, until it jumps. */
export enum Motion {
  moves,
  turns,
  rotates,
  holds,
}

export const residualBits = 20;
/** Questions about one number's residual: is it more than 0 bits, than 1, ... */
export const sizeQuestions = residualBits + 2;

export interface CodedComponent {
  readonly column: number;
  readonly isSmall: boolean;
  readonly lo: number;
  readonly hi: number;
  readonly bits: number;
  /** Of a velocity: steps of what it moves, a tick and step of its own. */
  velocityScale: number;
  /** The same, at number 0. */
  velocityOrigin: number;
  size: Mixed;
  sign: Mixed;
  mantissa: number;
}

export interface CodedField {
  readonly motion: Motion;
  /** Told with the arrival and never again. */
  readonly isFixed: boolean;
  readonly firstColumn: number;
  readonly columns: number;
  /** The field that is its velocity, an index, or -1. */
  movedBy: number;
  /** Rotation: of a component. */
  readonly limit: number;
  /** Angle: numbers in half a turn. */
  readonly halfTurn: number;
  /** Of a rotation: the three told. */
  readonly components: readonly CodedComponent[];
  readonly same: Mixed;
  readonly largest: Mixed;
  readonly otherLargest: number;
}

export interface CodedType {
  readonly fields: readonly CodedField[];
  readonly columns: number;
  /** Of the first column that is 0 or 1, or -1. */
  readonly flagColumn: number;
  readonly moved: Mixed;
  readonly stayed: Mixed;
  readonly life: number;
  readonly rest: number;
}

const nowhere: Mixed = { a: 0, b: 0, c: 0 };

/** Hands out places one after the other. */
class Places {
  count = 0;
  readonly mixedRanges: { first: number; places: number }[] = [];

  plain(count: number): number {
    const first = this.count;
    this.count += count;
    return first;
  }

  mixed(a: number, b: number, c: number, questions = 1): Mixed {
    const first = this.plain((a + b + c) * questions);
    this.mixedRanges.push({ first, places: (a + b + c) * questions });
    return { a: first, b: first + a * questions, c: first + (a + b) * questions };
  }
}

function motionOf(field: Field, columns: readonly Column[]): Motion {
  if (columns.some((column) => column.bits > residualBits)) return Motion.holds;
  const first = columns[0]!;
  if (first.coding === "rotation_largest") return Motion.rotates;
  if (first.coding === "angle") return Motion.turns;
  const goesOn = first.coding === "scaled" && field.velocity_of < 0;
  return goesOn || field.interpolation === "linear" ? Motion.moves : Motion.holds;
}

function codedComponent(
  column: Column,
  index: number,
  before: CodedComponent | undefined,
  isFixed: boolean,
  places: Places,
): CodedComponent {
  const component: CodedComponent = {
    column: index,
    isSmall: column.bits <= residualBits,
    lo: column.lo,
    hi: column.hi,
    bits: column.bits,
    velocityScale: 0,
    velocityOrigin: 0,
    size: nowhere,
    sign: nowhere,
    mantissa: 0,
  };
  // What differs between neighbours in a field has statistics of its own.
  if (before && before.lo === column.lo && before.hi === column.hi) {
    component.size = before.size;
    component.sign = before.sign;
    component.mantissa = before.mantissa;
  } else if (!isFixed) {
    component.size = places.mixed(500, 1000, 600, sizeQuestions);
    component.sign = places.mixed(90, 120, 54);
    component.mantissa = places.plain((residualBits + 1) * 4);
  }
  return component;
}

function codedField(type: EntityType, field: Field, places: Places): CodedField {
  const columns = type.columns.slice(field.first_column, field.first_column + field.columns);
  const motion = motionOf(field, columns);
  const toldFrom = motion === Motion.rotates ? 1 : 0;
  const components: CodedComponent[] = [];
  for (let i = toldFrom; i < columns.length; ++i) {
    const index = field.first_column + i;
    const before = components[components.length - 1];
    components.push(codedComponent(columns[i]!, index, before, field.spawn_only, places));
  }
  const first = columns[0]!;
  return {
    motion,
    isFixed: field.spawn_only,
    firstColumn: field.first_column,
    columns: field.columns,
    movedBy: -1,
    limit: toldFrom === 1 ? columns[1]!.hi : 0,
    halfTurn: first.bits > 0 ? 1 << (first.bits - 1) : 1,
    components,
    same: field.spawn_only ? nowhere : places.mixed(500, 300, 200),
    largest: field.spawn_only ? nowhere : places.mixed(160, 160, 100),
    otherLargest: field.spawn_only ? 0 : places.plain(2),
  };
}

function joinVelocities(type: EntityType, fields: readonly CodedField[], tickRate: number): void {
  type.fields.forEach((field, index) => {
    const target = fields[field.velocity_of];
    const velocity = fields[index]!;
    if (target?.motion !== Motion.moves) return;
    if (target.components.length !== velocity.components.length) return;
    target.movedBy = index;
    velocity.components.forEach((component, i) => {
      const from = type.columns[component.column]!;
      const steps = type.columns[target.components[i]!.column]!.step * tickRate;
      component.velocityScale = from.step / steps;
      component.velocityOrigin = from.origin / steps;
    });
  });
}

/** What is asked about each entity type, and where each question's statistics lie in a model: the
 * same as the encoder's, from the same schema. */
export class CodeBook {
  readonly types: readonly CodedType[];
  /** How many places there are. */
  readonly places: number;
  /** Those whose opinions are mixed. */
  readonly mixedRanges: readonly { readonly first: number; readonly places: number }[];

  constructor(schema: FeedSchema) {
    const places = new Places();
    this.types = schema.types.map((type) => {
      const moved = places.mixed(500, 48, 120);
      const stayed = places.mixed(500, 48, 120);
      const life = places.plain(4);
      const rest = places.plain(4);
      const fields = type.fields.map((field) => codedField(type, field, places));
      joinVelocities(type, fields, schema.tick_rate);
      places.plain(type.private_places);
      const flagColumn = type.columns.findIndex((column) => column.hi - column.lo === 1);
      return { fields, columns: type.columns.length, flagColumn, moved, stayed, life, rest };
    });
    this.places = places.count;
    this.mixedRanges = places.mixedRanges;
  }
}
