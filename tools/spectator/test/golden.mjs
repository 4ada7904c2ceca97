// The golden vectors of the feed, as tests/golden/README.md describes them.
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("../../..", import.meta.url));
const folder = `${project}/tests/golden`;

export const names = readdirSync(folder).filter((name) => /^feed_.*\.json$/.test(name));

/** {schema, prior: Uint8Array or null, messages: [{bytes, tick, hash, entities}]} */
export function read(name) {
  const file = JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
  const fromHex = (text) => new Uint8Array(Buffer.from(text, "hex"));
  const prior = file.prior_file
    ? new Uint8Array(readFileSync(`${project}/${file.prior_file}`))
    : fromHex(file.prior);
  const messages = file.messages.map((one) => ({ ...one, bytes: fromHex(one.bytes) }));
  return { schema: file.schema, prior: prior.length > 0 ? prior : null, messages };
}

/** Of a frame's numbers, as the golden files have it. */
export function hashOf(rows) {
  let hash = 0x811c9dc5;
  const add = (word) => {
    for (let i = 0; i < 32; i += 8) hash = Math.imul(hash ^ ((word >>> i) & 0xff), 0x01000193);
  };
  rows.types.forEach((type, number) => {
    for (let slot = 0; slot < type.slots; ++slot) {
      if (!type.has(slot)) continue;
      for (const word of [number, slot, type.incarnation[slot], type.id[slot]]) add(word);
      for (let i = 0; i < type.stride; ++i) add(type.rows[slot * type.stride + i]);
    }
  });
  return hash >>> 0;
}

function valueAt(fields, path) {
  return path.split(".").reduce((value, name) => value[name], fields);
}

/** An entity's fields by column, as the golden files have them. */
export function columnsOf(type, fields) {
  const plain = (value) => (typeof value === "bigint" ? String(value) : value);
  return type.fields.flatMap((field) => {
    const value = valueAt(fields, field.name);
    if (field.parts.length > 0) return field.parts.map((part) => plain(valueAt(value, part)));
    const { coding } = type.columns[field.first_column];
    if (coding === "rotation_largest") return [value.x, value.y, value.z, value.w];
    return coding === "low_half" ? [plain(value), null] : [plain(value)];
  });
}

/** SplitMix64: numbers that are the same in every run. */
export class Random {
  constructor(seed) {
    this.state = BigInt(seed);
  }

  below(bound) {
    const bits = (value) => BigInt.asUintN(64, value);
    this.state = bits(this.state + 0x9e3779b97f4a7c15n);
    let z = this.state;
    z = bits((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = bits((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number((z ^ (z >> 31n)) % BigInt(bound));
  }
}
