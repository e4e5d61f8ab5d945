"""Runs the interoperability cases that standard input names, one a line, against the server at argv[1]; answers each with a
line of JSON: the case, and the error if it failed.

grpcio compresses by the call, not by the message, and does not tell a client which messages came compressed."""

import json
import sys
import threading
import traceback

import grpc

import interop

HANG = 30
REQUEST_SIZES = [27182, 8, 1828, 45904]
RESPONSE_SIZES = [31415, 9, 2653, 58979]
UNKNOWN = grpc.StatusCode.UNKNOWN

channel = grpc.insecure_channel(sys.argv[1], options=interop.OPTIONS)
empty_call = interop.stub(channel, "EmptyCall")
unary_call = interop.stub(channel, "UnaryCall")
input_call = interop.stub(channel, "StreamingInputCall")
output_call = interop.stub(channel, "StreamingOutputCall")
duplex_call = interop.stub(channel, "FullDuplexCall")


def equal(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {expected!r}, got {actual!r}")


def ends_with(call, code, message=None):
    try:
        call()
    except grpc.RpcError as error:
        equal(code, error.code())
        if message is not None:
            equal(message, error.details())
    else:
        raise AssertionError(f"expected {code}, got OK")


def simple(**fields):
    request = interop.SimpleRequest(response_size=314159, **fields)
    request.payload.body = bytes(271828)
    return request


def large(request, **options):
    equal(314159, len(unary_call(request, timeout=HANG, **options).payload.body))


def expecting(compressed):
    request = simple()
    request.expect_compressed.value = compressed
    return request


def uploading(size, compressed=None):
    request = interop.InputRequest()
    request.payload.body = bytes(size)
    if compressed is not None:
        request.expect_compressed.value = compressed
    return request


def wanting(size, *sizes):
    request = interop.OutputRequest()
    request.payload.body = bytes(size)
    for wanted in sizes:
        request.response_parameters.add().size = wanted
    return request


def download(request, sizes):
    equal(sizes, [len(response.payload.body) for response in output_call(request, timeout=HANG)])


def empty_unary():
    equal(interop.Empty(), empty_call(interop.Empty(), timeout=HANG))


def large_unary():
    large(simple())


def client_compressed_unary():
    ends_with(lambda: large(expecting(True)), grpc.StatusCode.INVALID_ARGUMENT)
    large(expecting(True), compression=grpc.Compression.Gzip)
    large(expecting(False))


def server_compressed_unary():
    for compressed in (True, False):
        request = simple()
        request.response_compressed.value = compressed
        large(request)


def client_streaming():
    response = input_call(iter([uploading(size) for size in REQUEST_SIZES]), timeout=HANG)
    equal(74922, response.aggregated_payload_size)


def server_streaming():
    download(wanting(0, *RESPONSE_SIZES), RESPONSE_SIZES)


def client_compressed_streaming():
    ends_with(lambda: input_call(iter([uploading(27182, True)]), timeout=HANG), grpc.StatusCode.INVALID_ARGUMENT)
    response = input_call(iter([uploading(27182, True)]), timeout=HANG, compression=grpc.Compression.Gzip)
    equal(27182, response.aggregated_payload_size)
    response = input_call(iter([uploading(45904, False)]), timeout=HANG)
    equal(45904, response.aggregated_payload_size)


def server_compressed_streaming():
    request = wanting(0, 31415, 92653)
    for wanted, compressed in zip(request.response_parameters, (True, False)):
        wanted.compressed.value = compressed
    download(request, [31415, 92653])


class Turns:
    """Requests that go out one by one, as the answers come."""

    def __init__(self, requests):
        self.requests = requests
        self.answered = threading.Semaphore(1)

    def __iter__(self):
        for request in self.requests:
            self.answered.acquire()
            yield request
        self.answered.acquire()


def ping_pong():
    turns = Turns([wanting(*sizes) for sizes in zip(REQUEST_SIZES, RESPONSE_SIZES)])
    received = []
    for response in duplex_call(iter(turns), timeout=HANG):
        received.append(len(response.payload.body))
        turns.answered.release()
    equal(RESPONSE_SIZES, received)


def empty_stream():
    equal([], list(duplex_call(iter([]), timeout=HANG)))


def custom_metadata():
    metadata = ((interop.ECHO_INITIAL, "test_initial_metadata_value"), (interop.ECHO_TRAILING, b"\xab\xab\xab"))
    _, unary = unary_call.with_call(simple(), metadata=metadata, timeout=HANG)
    duplex = duplex_call(iter([wanting(271828, 314159)]), metadata=metadata, timeout=HANG)
    equal([314159], [len(response.payload.body) for response in duplex])
    for call in (unary, duplex):
        equal("test_initial_metadata_value", dict(call.initial_metadata())[interop.ECHO_INITIAL])
        equal(b"\xab\xab\xab", dict(call.trailing_metadata())[interop.ECHO_TRAILING])


def failing(request, message):
    request.response_status.code = 2
    request.response_status.message = message
    return request


def status_code_and_message():
    message = "test status message"
    ends_with(lambda: unary_call(failing(interop.SimpleRequest(), message), timeout=HANG), UNKNOWN, message)
    request = failing(interop.OutputRequest(), message)
    ends_with(lambda: list(duplex_call(iter([request]), timeout=HANG)), UNKNOWN, message)


def special_status_message():
    message = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"
    ends_with(lambda: unary_call(failing(interop.SimpleRequest(), message), timeout=HANG), UNKNOWN, message)


def unimplemented_method():
    call = interop.stub(channel, "UnimplementedCall")
    ends_with(lambda: call(interop.Empty(), timeout=HANG), grpc.StatusCode.UNIMPLEMENTED)


def unimplemented_service():
    call = interop.stub(channel, "UnimplementedCall", "grpc.testing.UnimplementedService")
    ends_with(lambda: call(interop.Empty(), timeout=HANG), grpc.StatusCode.UNIMPLEMENTED)


def cancel_after_begin():
    turns = Turns([uploading(1)])
    call = input_call.future(iter(turns), timeout=HANG)
    call.cancel()
    equal(grpc.StatusCode.CANCELLED, call.code())
    turns.answered.release()


def cancel_after_first_response():
    turns = Turns([wanting(27182, 31415)])
    call = duplex_call(iter(turns), timeout=HANG)
    equal(31415, len(next(call).payload.body))
    call.cancel()
    ends_with(lambda: next(call), grpc.StatusCode.CANCELLED)
    turns.answered.release()


def timeout_on_sleeping_server():
    turns = Turns([wanting(27182)])
    call = duplex_call(iter(turns), timeout=0.001)
    ends_with(lambda: next(call), grpc.StatusCode.DEADLINE_EXCEEDED)
    turns.answered.release()


def main():
    for line in sys.stdin:
        name = line.strip()
        error = None
        try:
            globals()[name]()
        except Exception:  # whatever it was, the test shows it
            error = traceback.format_exc()
        print(json.dumps({"case": name, "error": error}), flush=True)


main()
