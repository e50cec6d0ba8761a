// A model's API as far as its SDK asks for it: a streamed completion. Runs apart, because a guide's walk holds its test
// up. Prints its port, then method, target and headers of each request as JSON.
import { createServer } from "node:http";

const server = createServer((request, response) => {
  const { method, url, headers } = request;
  console.log(JSON.stringify({ method, url, headers }));
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const content of ["Hello ", "from ", "the upstream."]) {
      const chunk = { object: "chat.completion.chunk", choices: [{ index: 0, delta: { content } }] };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    }
    response.end("data: [DONE]\n\n");
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
