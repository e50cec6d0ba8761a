/** Ends the session and goes to the sign-in page. The client of next-auth is fetched only now. */
export async function signOut(): Promise<void> {
  const auth = await import("next-auth/react");
  await auth.signOut({ callbackUrl: "/sign-in" });
}
