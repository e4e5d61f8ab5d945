// Runs the interoperability cases that standard input names, one a line, against the server at argv[2]; answers each with
// a line of JSON: the case, and the error if it failed.
'use strict';
const assert = require('node:assert/strict');
const readline = require('node:readline');
const {
  grpc, TestService, UnimplementedService, takeCompressed, payload, ECHO_INITIAL, ECHO_TRAILING,
} = require('./interop-service');

const { status } = grpc;
const target = process.argv[2];
const plain = new TestService(target, grpc.credentials.createInsecure());
const gzip = new TestService(target, grpc.credentials.createInsecure(), { 'grpc.default_compression_algorithm': 2 });
const unimplemented = new UnimplementedService(target, grpc.credentials.createInsecure());
const requestSizes = [27182, 8, 1828, 45904];
const responseSizes = [31415, 9, 2653, 58979];

const deadline = () => ({ deadline: Date.now() + 30000 });
// A unary or client-streaming call: what it gave, and the metadata around it.
const single = start => new Promise(resolve => {
  const result = {};
  const call = start((error, response) => Object.assign(result, { error, response }));
  call.on('metadata', headers => { result.headers = headers; });
  call.on('status', end => { result.trailers = end.metadata; setImmediate(() => resolve(result)); });
});
const unary = (request, { client = plain, method = 'UnaryCall', metadata = new grpc.Metadata() } = {}) =>
  single(done => client[method](request, metadata, deadline(), done));
// The end of a streaming call: its messages' sizes and its status.
const streamed = call => new Promise(resolve => {
  const sizes = [];
  let headers;
  call.on('metadata', value => { headers = value; });
  call.on('data', response => sizes.push(response.payload.body.length));
  call.on('error', () => {});
  call.on('status', end => setImmediate(() => resolve({ sizes, headers, status: end })));
});
const wanting = (size, ...sizes) => ({ payload: payload(size), response_parameters: sizes.map(wanted => ({ size: wanted })) });

async function large(request, client) {
  const { error, response } = await unary({ ...request, response_size: 314159, payload: payload(271828) }, { client });
  assert.equal(error, null);
  assert.equal(response.payload.body.length, 314159);
}
async function fails(request, code, message, options) {
  const { error } = await unary(request, options);
  assert.equal(error?.code, code);
  if (message !== undefined) assert.equal(error.details, message);
}
async function upload(client, messages) {
  return single(done => {
    const call = client.StreamingInputCall(new grpc.Metadata(), deadline(), done);
    // The public write() takes no flags; 2 is NoCompress.
    (async () => {
      for (const { size, expect, flags = 0 } of messages) {
        const message = { payload: payload(size), expect_compressed: expect === undefined ? null : { value: expect } };
        await new Promise(resolve => call._write(message, flags, resolve));
      }
      call.end();
    })();
    return call;
  });
}
async function download(sizes, compressed) {
  const request = wanting(0, ...sizes);
  compressed?.forEach((value, i) => { request.response_parameters[i].compressed = { value }; });
  const { sizes: received, status: end } = await streamed(plain.StreamingOutputCall(request, deadline()));
  assert.equal(end.code, status.OK);
  assert.deepEqual(received, sizes);
}

const cases = {
  async empty_unary() {
    const { error, response } = await unary({}, { method: 'EmptyCall' });
    assert.equal(error, null);
    assert.deepEqual(response, {});
  },
  large_unary: () => large({}),
  async client_compressed_unary() {
    await fails({ expect_compressed: { value: true }, payload: payload(8) }, status.INVALID_ARGUMENT);
    await large({ expect_compressed: { value: true } }, gzip);
    await large({ expect_compressed: { value: false } });
  },
  async server_compressed_unary() {
    await large({ response_compressed: { value: true } });
    assert.equal(takeCompressed(), 1);
    await large({ response_compressed: { value: false } });
    assert.equal(takeCompressed(), 0);
  },
  async client_streaming() {
    const { error, response } = await upload(plain, requestSizes.map(size => ({ size })));
    assert.equal(error, null);
    assert.equal(response.aggregated_payload_size, 74922);
  },
  server_streaming: () => download(responseSizes),
  async client_compressed_streaming() {
    const probe = await upload(plain, [{ size: 27182, expect: true }]);
    assert.equal(probe.error?.code, status.INVALID_ARGUMENT);
    const { error, response } = await upload(gzip, [{ size: 27182, expect: true }, { size: 45904, expect: false, flags: 2 }]);
    assert.equal(error, null);
    assert.equal(response.aggregated_payload_size, 73086);
  },
  async server_compressed_streaming() {
    await download([31415, 92653], [true, false]);
    assert.equal(takeCompressed(), 1);
  },
  async ping_pong() {
    const call = plain.FullDuplexCall(deadline());
    const end = streamed(call);
    for (let i = 0; i < requestSizes.length; i++) {
      const answered = new Promise(resolve => call.once('data', resolve));
      call.write(wanting(requestSizes[i], responseSizes[i]));
      assert.equal((await answered).payload.body.length, responseSizes[i]);
    }
    call.end();
    const { sizes, status: { code } } = await end;
    assert.equal(code, status.OK);
    assert.deepEqual(sizes, responseSizes);
  },
  async empty_stream() {
    const call = plain.FullDuplexCall(deadline());
    call.end();
    const { sizes, status: { code } } = await streamed(call);
    assert.equal(code, status.OK);
    assert.deepEqual(sizes, []);
  },
  async custom_metadata() {
    const metadata = new grpc.Metadata();
    metadata.set(ECHO_INITIAL, 'test_initial_metadata_value');
    metadata.set(ECHO_TRAILING, Buffer.from([0xab, 0xab, 0xab]));
    const assertEchoed = (headers, trailers) => {
      assert.deepEqual(headers.get(ECHO_INITIAL), ['test_initial_metadata_value']);
      assert.deepEqual(trailers.get(ECHO_TRAILING), [Buffer.from([0xab, 0xab, 0xab])]);
    };
    const { headers, trailers } = await unary({ response_size: 314159, payload: payload(271828) }, { metadata });
    assertEchoed(headers, trailers);
    const call = plain.FullDuplexCall(metadata, deadline());
    call.write(wanting(271828, 314159));
    call.end();
    const duplex = await streamed(call);
    assertEchoed(duplex.headers, duplex.status.metadata);
  },
  async status_code_and_message() {
    const response_status = { code: 2, message: 'test status message' };
    await fails({ response_status }, status.UNKNOWN, response_status.message);
    const call = plain.FullDuplexCall(deadline());
    call.write({ response_status });
    call.end();
    const end = (await streamed(call)).status;
    assert.equal(end.code, status.UNKNOWN);
    assert.equal(end.details, response_status.message);
  },
  special_status_message() {
    const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
    return fails({ response_status: { code: 2, message } }, status.UNKNOWN, message);
  },
  unimplemented_method: () => fails({}, status.UNIMPLEMENTED, undefined, { method: 'UnimplementedCall' }),
  unimplemented_service: () => fails({}, status.UNIMPLEMENTED, undefined, { client: unimplemented, method: 'UnimplementedCall' }),
  async cancel_after_begin() {
    const { error } = await single(done => {
      const call = plain.StreamingInputCall(new grpc.Metadata(), deadline(), done);
      setImmediate(() => call.cancel());
      return call;
    });
    assert.equal(error?.code, status.CANCELLED);
  },
  async cancel_after_first_response() {
    const call = plain.FullDuplexCall(deadline());
    const end = streamed(call);
    call.once('data', () => call.cancel());
    call.write(wanting(27182, 31415));
    assert.equal((await end).status.code, status.CANCELLED);
  },
  async timeout_on_sleeping_server() {
    const call = plain.FullDuplexCall({ deadline: Date.now() + 1 });
    const end = streamed(call);
    call.write({ payload: payload(27182) });
    assert.equal((await end).status.code, status.DEADLINE_EXCEEDED);
  },
};

(async () => {
  for await (const name of readline.createInterface({ input: process.stdin })) {
    takeCompressed();
    const error = await cases[name]().then(() => null, e => e.stack);
    console.log(JSON.stringify({ case: name, error }));
  }
  process.exit(0);
})();
