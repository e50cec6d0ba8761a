import { isCelList, isCelMap, type CelValue } from "@bufbuild/cel";
import { expressionLimits } from "@/lib/rules/expression/limits";
import { spend, spendCharacters, spendText } from "@/lib/rules/expression/evaluate/steps";

/** Takes the steps of one call before it is made. */
type Count = (target: CelValue | undefined, args: readonly CelValue[]) => void;

/** Every item inside a value, however deep, is a step: what is compared or printed is walked whole. */
function spendWhole(value: CelValue | undefined): void {
  spend(1);
  if (typeof value !== "object" || value === null) return spendText(value);
  if (value instanceof Uint8Array) return spendCharacters(value);
  if (!isCelList(value) && !isCelMap(value)) return;
  // Its size first, so that a large one ends here and not on the way.
  spend(value.size);
  if (isCelList(value)) for (const item of value) spendWhole(item);
  else
    for (const [key, item] of value) {
      spendText(key);
      spendWhole(item);
    }
}

const native: Count = (target, args) => {
  spend(1);
  spendText(target, ...args);
};

const byCharacter: Count = (target, args) => {
  spend(1);
  spendCharacters(target);
  for (const arg of args) spendCharacters(arg);
};

const whole: Count = (target, args) => {
  if (target !== undefined) spendWhole(target);
  for (const arg of args) spendWhole(arg);
};

const joining: Count = (_target, [one, other]) => {
  spend(1);
  for (const side of [one, other]) {
    if (isCelList(side)) spend(side.size / 4);
    else if (typeof side === "object") spendCharacters(side);
    else spendText(side);
  }
};

const searching: Count = (target, [wanted, all]) => {
  spend(1);
  if (!isCelList(all)) return native(target, wanted === undefined ? [] : [wanted]);
  spend(all.size);
  for (const item of all) {
    spendWhole(item);
    if (typeof wanted === "object") spendWhole(wanted);
  }
};

/** Text that is no number, time or duration is not read to its end to find that out. */
const converting: Count = (_target, [value]) => {
  spend(typeof value === "string" ? 20 : 2);
  if (typeof value === "string" && value.length > expressionLimits.convertible)
    throw new Error(
      `Text of more than ${expressionLimits.convertible} characters is no number, time or duration.`,
    );
};

const costly =
  (steps: number): Count =>
  (target, args) => {
    spend(args.length === 0 ? 2 : steps);
    whole(target, args);
  };

const time = costly(300);

const counts: Record<string, Count> = {
  "_==_": whole,
  "_!=_": whole,
  "@in": searching,
  "_+_": joining,
  int: converting,
  uint: converting,
  double: converting,
  timestamp: converting,
  duration: converting,
  bool: converting,
  size: byCharacter,
  bytes: byCharacter,
  string: byCharacter,
  lowerAscii: byCharacter,
  upperAscii: byCharacter,
  trim: byCharacter,
  split: byCharacter,
  replace: byCharacter,
  "strings.quote": byCharacter,
  join: (target, args) => {
    whole(target, args);
    if (isCelList(target) && typeof args[0] === "string") spend((target.size * args[0].length) / 256);
  },
  holds: whole,
  format: costly(500),
  getFullYear: time,
  getMonth: time,
  getDate: time,
  getDayOfMonth: time,
  getDayOfWeek: time,
  getDayOfYear: time,
  getHours: time,
  getMinutes: time,
  getSeconds: time,
  getMilliseconds: time,
};

/** How the calls of a function are counted. What its text costs is counted even where nothing else is known of it. */
export function countSteps(name: string): Count {
  return counts[name] ?? native;
}
