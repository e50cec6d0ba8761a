import { failed, inside, no, yes, type Place, type Truth } from "@/lib/rules/language/conditions/condition";

/** RFC 9110's token. */
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,127}";
const written = new RegExp(`^(${token})/(${token})$`);
const sent = new RegExp(`^[ \\t]*(${token})/(${token})[ \\t]*(?:;|$)`);

/** Compiles media types such as `application/json` or `text/*`; text that is no media type is an error. Reports what is none. */
export function compileMediaTypes(types: string | readonly string[], place: Place): (text: string) => Truth {
  const wanted = [types].flat().map((type, index) => {
    const [, family = "", subtype = ""] = written.exec(type.toLowerCase()) ?? [];
    const { path } = Array.isArray(types) ? inside(place, index) : place;
    if (family === "") place.report({ path, message: complaint(type) });
    else if (family === "*" && subtype !== "*")
      place.report({ path, message: `“${type}” leaves the type open but not the subtype` });
    return { family, subtype };
  });
  return (text) => {
    const [, family, subtype] = sent.exec(text.toLowerCase()) ?? [];
    if (family === undefined) return failed;
    const fits = wanted.some(
      (one) =>
        (one.family === "*" || one.family === family) && (one.subtype === "*" || one.subtype === subtype),
    );
    return fits ? yes : no;
  };
}

function complaint(type: string): string {
  return type.includes(";")
    ? `“${type}” must be written without parameters, which do not count`
    : `“${type}” is not a media type such as application/json or text/*`;
}
