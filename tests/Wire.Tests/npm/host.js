// A host as a router sees it: serves Experts on a port of its own, prints the port, and ends with its standard input. A request's
// prompt says how it behaves, and it says what happens; whole answers are the tokens 0 to 9, one a message, and go on behind those that it is told to resume.
'use strict';
const readline = require('node:readline');
const { grpc, services } = require('./contract');

const LENGTH = 10;
const Generate = services['expertcluster.v1.Experts'];
const input = readline.createInterface({ input: process.stdin });
const told = input[Symbol.asyncIterator]();
const token = id => ({ tokens: [{ id }], text: `${id} `, finish_reason: id === LENGTH - 1 ? 'FINISH_REASON_LENGTH' : 'FINISH_REASON_UNSPECIFIED' });

async function generate(call) {
  const [behaviour, argument] = call.request.prompt.split(' ');
  const from = call.request.resume_tokens.length;
  const fail = (code, details) => call.emit('error', { code, details });
  console.log('asked');
  if (behaviour === 'refuse') return fail(Number(argument), 'no: 50%\nnicht möglich');
  if (behaviour === 'fill') {
    call.write({ ...token(LENGTH - 1), text: 'x'.repeat(Number(argument)) });
    return call.end();
  }
  for (let id = from; id < LENGTH; id++) {
    if (id === 4 && from === 0) {
      if (behaviour === 'lose') return fail(Number(argument), 'lost');
      if (behaviour === 'cut') return call.end();
      if (behaviour === 'wait') {
        call.on('cancelled', () => console.log('cancelled'));
        return console.log('waiting');
      }
    }
    if (behaviour === 'slow') await told.next();
    call.write(token(id));
  }
  call.end();
}

const server = new grpc.Server({ 'grpc.default_compression_algorithm': 2 });
server.addService(Generate, { Generate: generate });
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
input.on('close', () => process.exit(0));
