import { FeedError } from "./feed_error";

/** How a column's number and the value follow from each other; see engine-net's field table. */
export type Coding =
  | "whole"
  | "low_half"
  | "high_half"
  | "scaled"
  | "angle"
  | "rotation_largest"
  | "rotation_three";

/** As a FlatBuffers schema calls it. */
export type Scalar =
  | "bool"
  | "byte"
  | "ubyte"
  | "short"
  | "ushort"
  | "int"
  | "uint"
  | "long"
  | "ulong"
  | "float"
  | "double";

export type Interpolation = "none" | "linear" | "angle" | "rotation";

/** One integer of a row. */
export interface Column {
  readonly coding: Coding;
  readonly scalar: Scalar;
  /** Enough for hi - lo. */
  readonly bits: number;
  readonly lo: number;
  readonly hi: number;
  /** Modulo 2^64, in decimal. */
  readonly base: string;
  readonly step: number;
  readonly origin: number;
}

/** Columns that belong together: a scalar, a vector, a rotation. */
export interface Field {
  /** In the struct, nested ones with dots: "hull.position". */
  readonly name: string;
  /** What the columns of a vector are called in it; empty for a scalar and a rotation. */
  readonly parts: readonly string[];
  readonly interpolation: Interpolation;
  readonly spawn_only: boolean;
  /** The range's ends are one place. */
  readonly wraps: boolean;
  /** Where it differs between two versions, the entity jumped. */
  readonly teleport: boolean;
  /** Index of the field that it moves, or -1; an index past the end is that of a private field. */
  readonly velocity_of: number;
  /** Index of the field that is its velocity, which stands before it, or -1. */
  readonly moved_by: number;
  readonly first_column: number;
  readonly columns: number;
}

export interface EntityType {
  /** "arena.Ship" */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly fields: readonly Field[];
  /** How many places the questions about its private fields take in a prior. */
  readonly private_places: number;
}

/** How the feed of a kind of rooms is read: `GET /api/kinds/{kind}/schema`. */
export interface FeedSchema {
  /** Of all that the game's schema and prior say, in hexadecimal. */
  readonly digest: string;
  /** Of what a prior is for. */
  readonly layout_digest: string;
  /** Ticks per second. */
  readonly tick_rate: number;
  readonly types: readonly EntityType[];
}

const codings: ReadonlySet<unknown> = new Set<Coding>([
  "whole",
  "low_half",
  "high_half",
  "scaled",
  "angle",
  "rotation_largest",
  "rotation_three",
]);
const scalars: ReadonlySet<unknown> = new Set<Scalar>([
  "bool",
  "byte",
  "ubyte",
  "short",
  "ushort",
  "int",
  "uint",
  "long",
  "ulong",
  "float",
  "double",
]);
const interpolations: ReadonlySet<unknown> = new Set<Interpolation>([
  "none",
  "linear",
  "angle",
  "rotation",
]);

const maxTypes = 64;
const maxColumns = 64;
const maxPrivatePlaces = 1 << 24;

function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new FeedError("bad_schema", `the schema has a bad ${what}`);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isName(value: unknown): boolean {
  return (
    typeof value === "string" &&
    value.length > 0 &&
    value.length <= 1024 &&
    value.split(".").every((part) => part.length > 0 && part !== "__proto__")
  );
}

function checkColumn(column: Column): void {
  check(typeof column === "object" && column !== null, "column");
  check(codings.has(column.coding) && scalars.has(column.scalar), "coding");
  check(isWhole(column.lo, -0x80000000, 0x7fffffff), "range");
  check(isWhole(column.hi, column.lo, 0x7fffffff), "range");
  check(column.bits === 32 - Math.clz32(column.hi - column.lo), "number of bits");
  check(typeof column.base === "string" && /^\d{1,20}$/.test(column.base), "base");
  check(Number.isFinite(column.step) && Number.isFinite(column.origin), "step");
  const isTurn = column.coding === "angle" || column.coding.startsWith("rotation");
  check(!isTurn || column.bits <= 16, "number of bits");
}

/** Whether a field's columns are coded in a way that goes together. */
function checkCodings(columns: readonly Column[]): void {
  const codingAt = (i: number) => columns[i]?.coding;
  if (codingAt(0) === "rotation_largest") {
    check(columns.length === 4 && columns[0]!.lo === 0 && columns[0]!.hi === 3, "rotation");
    for (let i = 1; i < 4; ++i) {
      check(codingAt(i) === "rotation_three" && columns[i]!.hi > 0, "rotation");
      check(columns[i]!.hi === columns[1]!.hi, "rotation");
    }
  } else if (codingAt(0) === "low_half") {
    check(columns.length === 2 && codingAt(1) === "high_half", "pair of halves");
  } else {
    const isScalar = ["whole", "scaled", "angle"].includes(codingAt(0) as string);
    check(isScalar && columns.every((one) => one.coding === codingAt(0)), "field");
  }
}

function checkField(field: Field, index: number, type: EntityType, firstColumn: number): void {
  check(typeof field === "object" && field !== null && isName(field.name), "field");
  check(interpolations.has(field.interpolation), "interpolation");
  check(typeof field.spawn_only === "boolean" && typeof field.wraps === "boolean", "field");
  check(typeof field.teleport === "boolean", "field");
  check(isWhole(field.velocity_of, -1, maxColumns), "velocity");
  check(isWhole(field.moved_by, -1, index - 1), "velocity");
  check(field.moved_by < 0 || type.fields[field.moved_by]!.velocity_of === index, "velocity");
  check(field.first_column === firstColumn, "field");
  check(isWhole(field.columns, 1, type.columns.length - firstColumn), "field");
  const columns = type.columns.slice(firstColumn, firstColumn + field.columns);
  checkCodings(columns);
  check(Array.isArray(field.parts) && field.parts.every(isName), "field");
  const isVector = !["low_half", "rotation_largest"].includes(columns[0]!.coding);
  const names = field.parts.length;
  check(names === 0 ? !isVector || columns.length === 1 : names === columns.length, "field");
  check(columns.length <= 4, "field");
}

function checkType(type: EntityType): void {
  check(typeof type === "object" && type !== null && isName(type.name), "type");
  check(Array.isArray(type.columns) && type.columns.length <= maxColumns, "type");
  check(Array.isArray(type.fields), "type");
  check(isWhole(type.private_places, 0, maxPrivatePlaces), "type");
  for (const column of type.columns) checkColumn(column);
  let columns = 0;
  type.fields.forEach((field, index) => {
    checkField(field, index, type, columns);
    columns += field.columns;
  });
  check(columns === type.columns.length, "type");
}

/** Checks what `GET /api/kinds/{kind}/schema` gave, parsed as JSON. Throws a `FeedError`. */
export function readSchema(json: unknown): FeedSchema {
  check(typeof json === "object" && json !== null, "form");
  const schema = json as FeedSchema;
  check(isWhole(schema.tick_rate, 1, 65535), "tick rate");
  for (const digest of [schema.digest, schema.layout_digest]) {
    check(typeof digest === "string" && /^[0-9a-f]{16}$/.test(digest), "digest");
  }
  check(Array.isArray(schema.types) && schema.types.length <= maxTypes, "list of types");
  for (const type of schema.types) checkType(type);
  return schema;
}
