import { halfSqrt2, others } from "./rotation";
import type { Column, EntityType, Field } from "./schema";

/** 64-bit integers are bigints, enums numbers. */
export type FieldValue = number | bigint | boolean | Fields;
/** A struct's fields by name, nested ones as objects of their own. */
export interface Fields {
  readonly [name: string]: FieldValue;
}

type Reader = (rows: Int32Array, at: number) => FieldValue;

/** A struct, or what stands at one of its fields. */
interface Node {
  readonly name: string;
  reader: Reader | null;
  readonly parts: Node[];
}

function wide(column: Column, value: bigint): bigint {
  return column.scalar === "ulong" ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value);
}

function isWide(column: Column): boolean {
  return column.scalar === "long" || column.scalar === "ulong";
}

function wholeReader(column: Column, index: number): Reader {
  if (column.scalar === "bool") return (rows, at) => rows[at + index] !== 0;
  const base = BigInt(column.base);
  if (isWide(column)) return (rows, at) => wide(column, base + BigInt(rows[at + index]!));
  const near = Number(BigInt.asIntN(64, base));
  return (rows, at) => near + rows[at + index]!;
}

function scaledReader(column: Column, index: number): Reader {
  const { origin, step } = column;
  const valueAt = (rows: Int32Array, at: number) => origin + rows[at + index]! * step;
  if (column.scalar === "double") return valueAt;
  if (column.scalar === "float") return (rows, at) => Math.fround(valueAt(rows, at));
  if (isWide(column)) return (rows, at) => BigInt(Math.floor(valueAt(rows, at) + 0.5));
  return (rows, at) => Math.floor(valueAt(rows, at) + 0.5);
}

function angleReader(column: Column, index: number): Reader {
  const turn = column.hi + 1;
  const round = column.scalar === "float" ? Math.fround : (value: number) => value;
  return (rows, at) => {
    const number = rows[at + index]!;
    return round((number >= turn / 2 ? number - turn : number) * column.step);
  };
}

function halvesReader(column: Column, index: number): Reader {
  return (rows, at) => {
    const low = BigInt(rows[at + index]! >>> 0);
    return wide(column, (BigInt(rows[at + index + 1]!) << 32n) | low);
  };
}

const parts = new Float64Array(4);

/** Of the components told the fourth one, and the unit quaternion that they are of. */
function rotationReader(limit: number, index: number): Reader {
  const step = halfSqrt2 / limit;
  return (rows, at) => {
    const largest = rows[at + index]! & 3;
    let sum = 0;
    for (let i = 0; i < 3; ++i) {
      const part = rows[at + index + 1 + i]! * step;
      parts[others[largest]![i]!] = part;
      sum += part * part;
    }
    parts[largest] = sum > 1 ? 0 : Math.sqrt(1 - sum);
    const length = sum > 1 ? Math.sqrt(sum) : 1;
    const value = (i: number) => Math.fround(parts[i]! / length);
    return { x: value(0), y: value(1), z: value(2), w: value(3) };
  };
}

function readerOf(columns: readonly Column[], index: number): Reader {
  const column = columns[index]!;
  switch (column.coding) {
    case "scaled":
      return scaledReader(column, index);
    case "angle":
      return angleReader(column, index);
    case "low_half":
      return halvesReader(column, index);
    case "rotation_largest":
      return rotationReader(columns[index + 1]!.hi, index);
    default:
      return wholeReader(column, index);
  }
}

function place(root: Node, path: string, reader: Reader): void {
  let node = root;
  for (const name of path.split(".")) {
    let next = node.parts.find((part) => part.name === name);
    if (!next) {
      next = { name, reader: null, parts: [] };
      node.parts.push(next);
    }
    node = next;
  }
  node.reader = reader;
}

function read(node: Node, rows: Int32Array, at: number): Fields {
  const fields: Record<string, FieldValue> = {};
  for (const part of node.parts) {
    fields[part.name] = part.reader ? part.reader(rows, at) : read(part, rows, at);
  }
  return fields;
}

function placeField(root: Node, field: Field, columns: readonly Column[]): void {
  if (field.parts.length === 0) {
    place(root, field.name, readerOf(columns, field.first_column));
  }
  field.parts.forEach((part, i) => {
    place(root, `${field.name}.${part}`, readerOf(columns, field.first_column + i));
  });
}

/** Makes what turns a row of a type into its fields' values: the same as the struct has that the
 * server's decoder makes of the row. */
export function valuesOf(type: EntityType): (rows: Int32Array, at: number) => Fields {
  const root: Node = { name: type.name, reader: null, parts: [] };
  for (const field of type.fields) placeField(root, field, type.columns);
  return (rows, at) => read(root, rows, at);
}
