import OpenAI from "openai";

// OPENAI_BASE_URL and OPENAI_API_KEY are read by the SDK itself; nothing here knows of Latchkey.
const client = new OpenAI();

const stream = await client.chat.completions.create({
  model: process.argv[2] ?? "gpt-4o-mini",
  messages: [{ role: "user", content: "Say hello." }],
  stream: true,
});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "");
process.stdout.write("\n");
