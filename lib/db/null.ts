import { Prisma } from "@/lib/db/generated/client";

/** Writes SQL's null into a `jsonb` column, where plain null would be ambiguous. */
export const databaseNull = Prisma.DbNull;
