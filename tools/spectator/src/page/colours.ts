/** Red, green, blue, 0 to 255. */
export type Colour = readonly [number, number, number];

export const white: Colour = [255, 255, 255];
export const stone: Colour = [158, 178, 209];
export const warmStone: Colour = [204, 168, 143];
export const flame: Colour = [255, 140, 46];
export const pale: Colour = [153, 184, 230];
export const danger: Colour = [255, 82, 77];
export const night: Colour = [4, 5, 13];

const players: readonly Colour[] = [
  [51, 230, 255],
  [255, 92, 158],
  [140, 255, 89],
  [255, 199, 51],
  [168, 128, 255],
  [255, 122, 64],
  [64, 255, 179],
  [255, 102, 255],
  [102, 166, 255],
  [224, 255, 89],
  [255, 153, 140],
  [89, 242, 115],
  [204, 179, 255],
  [255, 230, 153],
  [115, 217, 230],
  [242, 140, 217],
];

/** The colour of a player, by its number in the game. */
export function playerColour(number: number): Colour {
  return players[Math.abs(Math.trunc(number)) % players.length] ?? white;
}

export function mixed(from: Colour, to: Colour, share: number): Colour {
  const part = (i: 0 | 1 | 2): number => from[i] + (to[i] - from[i]) * share;
  return [part(0), part(1), part(2)];
}

/** As CSS and canvases have it. `cover` is 0 to 1. */
export function css(colour: Colour, cover = 1): string {
  const [r, g, b] = colour;
  return `rgba(${Math.round(r)},${Math.round(g)},${Math.round(b)},${cover.toFixed(3)})`;
}
