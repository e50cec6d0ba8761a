import { writeFileSync } from "node:fs";
import { openapiText } from "@/lib/api/openapi-text";

/** `npm run openapi`: writes the committed contract from the schemas that validate. */
writeFileSync("docs/openapi.json", await openapiText());
