import { findPath, type Found } from "@/components/rules/json/scan";

/** A sentence about a stretch of the text. */
export interface Mark {
  from: number;
  to: number;
  message: string;
}

/** Where the API's sentence about a dotted path belongs: at the key where there is one, else at the value. */
export function markOf(values: readonly Found[], { path, message }: { path: string; message: string }): Mark {
  const found = findPath(values, path);
  const name = path.slice(path.lastIndexOf(".") + 1);
  const isExact = found !== null && found.path.join(".") === path;
  const sentence = isExact || path === "" ? message : `${path} ${message}`;
  const subject =
    /^(must|is|has|may|names|holds)\b/.test(sentence) && path !== "" && !/^\d+$/.test(name)
      ? `${name} ${sentence}`
      : sentence;
  if (found === null) return { from: 0, to: 0, message: subject };
  if (found.path.length === 0)
    return { from: found.from, to: Math.min(found.from + 1, found.to), message: subject };
  return { from: found.keyFrom, to: found.keyTo, message: subject };
}
