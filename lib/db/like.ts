/** Text that is to be found as it stands, for `like` and for Prisma's `contains`, which escapes nothing itself. */
export function literally(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
