/** What is wrong with which field, in sentences; `form` is for what belongs to none. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Which field of a form shows what is said of a member of the API's input, by the member's name. */
export interface FieldPlaces {
  fields: Readonly<Record<string, string>>;
  /** What one entry of a list is called: "Limit" makes "Limit 2 must …" of `rateLimits.1`. */
  entries?: Readonly<Record<string, string>>;
  /** The field that a conflict is about. */
  conflict?: string;
}

/** A wrong place of an input: dotted or split path and the rest of a sentence. */
export interface Issue {
  path: string | readonly PropertyKey[];
  message: string;
}

/** The first sentence about each field. */
export function fieldErrors(issues: readonly Issue[], { fields, entries = {} }: FieldPlaces): FieldErrors {
  const errors = new Map<string, string>();
  for (const { path, message } of issues) {
    const [member = "", at] = typeof path === "string" ? path.split(".") : path.map(String);
    const field = fields[`${member}.${at}`] ?? fields[member] ?? "form";
    const entry = entries[member];
    const place = entry !== undefined && /^\d+$/.test(at ?? "") ? `${entry} ${Number(at) + 1} ` : "";
    const subject = field === "form" && member !== "" ? `${member} ` : place;
    if (!errors.has(field)) errors.set(field, sentence(subject + message));
  }
  return Object.fromEntries(errors);
}

/** "must not be empty" becomes "Must not be empty." */
export function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
