import { decisionColumns } from "@/lib/events/loading/batch/decision-row";

/** A database that neither answers nor closes its connection is given up on after this long. */
export const patience = { query_timeout: 20_000 };

const names = decisionColumns.map(({ name }) => name).join(", ");
const casts = decisionColumns.map(({ name, type }) => `${name}::${type}`).join(", ");
const arrays = decisionColumns.map(({ sentAs }, index) => `$${index + 1}::${sentAs}`).join(", ");
/** Stores one row per place of the arrays that {@link decisionColumns} name. */
export const insertRows = `insert into decision (${names}) select ${casts} from unnest(${arrays}) as r(${names})`;
