import { writeFileSync } from "node:fs";
import { openapiText } from "@/lib/api/openapi/openapi-text";
import { contractFile, generatedFolder, writeSdkTypes } from "@/lib/client/sdk/write-sdk-types";

/** `npm run openapi`: writes the committed contract from the schemas that validate, and the client's types from that. */
writeFileSync(contractFile, await openapiText());
writeSdkTypes(generatedFolder);
