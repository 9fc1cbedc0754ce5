// ws on Node: everybody who connects gets every message, by send() to each as its manual has it.
const { WebSocketServer } = require("ws");
const pace = require("./pace.js");

const [port, rate, burst, frame] = [Number(process.argv[2]), Number(process.argv[3]), Number(process.argv[4]), process.argv[5]];
// ws sets TCP_NODELAY itself. Encoded once: a string would be encoded anew for each client.
const server = new WebSocketServer({ port, host: "127.0.0.1", perMessageDeflate: false });
const text = Buffer.from(frame);

pace(rate, () => {
  for (let i = 0; i < burst; i++) {
    for (const client of server.clients) client.send(text, { binary: false });
  }
});
