/** Depths of a blade's steps, 0 shallowest to 3 deepest. Neighbours differ, so that every step is seen. */
export type Cut = readonly number[];

/** The 32-bit FNV-1a hash of a text, stirred by MurmurHash3's finaliser so that every letter reaches every bit. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * The cut that stands for what nobody may see. It comes from what is public anyway (head of the id, last four),
 * never from the secret, so it tells nothing and is the same on every page.
 */
export function cutOf(publicPart: string, steps: number): Cut {
  const cut: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const before = cut.at(-1);
    const roll = hash(`${publicPart}/${step}`);
    cut.push(before === undefined ? roll % 4 : (before + 1 + (roll % 3)) % 4);
  }
  return cut;
}

export interface BladeSize {
  /** Width of one step and height of the whole blade, px. */
  step: number;
  height: number;
}

/** Outline of a blade whose back is a straight line and whose edge is the cut. */
export function bladePath(cut: Cut, { step, height }: BladeSize): string {
  const depth = (at: number) => Number((((at + 2) / 5) * height).toFixed(1));
  const edge = cut.map((at, index) => `V${depth(at)}H${index * step}`).reverse();
  return `M0 0H${cut.length * step}${edge.join("")}Z`;
}

/** The lower edge of the plate that holds a secret: 19 steps of 32 px, three depths, level at both ends. */
export function edgePath(publicPart: string): string {
  const heights = [0, 6, 12, 18];
  const cut = cutOf(publicPart, 19);
  const tops = cut.map((at, index) => (index === 0 || index === 18 ? 12 : heights[at]));
  return `M.5 0${tops.map((y, index) => `V${y}H${index === 18 ? 607.5 : (index + 1) * 32}`).join("")}V0`;
}
