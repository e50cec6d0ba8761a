import type { Config } from "tailwindcss";

/** Tokens live in app/tokens.css and are mapped in app/globals.css; this file only says where classes are used. */
export default {
  content: ["./app/**/*.{ts,tsx}", "./components/**/*.{ts,tsx}"],
} satisfies Config;
