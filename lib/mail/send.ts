import { createTransport } from "nodemailer";
import { env } from "@/lib/env";

/** A short plain-text mail around one link. */
export interface Mail {
  to: string;
  subject: string;
  lines: readonly string[];
  link: string;
  closing: string;
}

/**
 * How mail leaves: by SMTP_URL; printed on standard output in development and the demo; or not at all, in production
 * without SMTP_URL.
 */
export function mailMode(): "smtp" | "printed" | "off" {
  if (env().SMTP_URL !== undefined) return "smtp";
  return env().NODE_ENV === "production" && env().LATCHKEY_DEMO === "off" ? "off" : "printed";
}

/** Sends or prints one mail. Throws when the mail server does not take it, or when mail is off. */
export async function sendMail(mail: Mail): Promise<void> {
  const url = env().SMTP_URL;
  const text = [...mail.lines, "", mail.link, "", mail.closing, ""].join("\n");
  if (url !== undefined) {
    const transport = createTransport({
      url,
      connectionTimeout: 5_000,
      greetingTimeout: 5_000,
      socketTimeout: 10_000,
    });
    await transport.sendMail({
      from: env().MAIL_FROM,
      to: { name: "", address: mail.to },
      subject: mail.subject,
      text,
    });
    return;
  }
  if (mailMode() === "off") throw new Error("there is no SMTP_URL to send mail with");
  process.stdout.write(`\n── mail for ${mail.to}: ${mail.subject}\n   ${mail.link}\n\n`);
}
