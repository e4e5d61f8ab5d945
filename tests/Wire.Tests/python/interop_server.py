"""Serves the interoperability cases on a port of its own, prints the port, and ends with its standard input.

grpcio does not tell a server which messages came compressed, so expect_compressed is not checked here."""

import sys
from concurrent import futures

import grpc

import interop

CODES = {code.value[0]: code for code in grpc.StatusCode}


def echo_metadata(context):
    for key, value in context.invocation_metadata():
        if key == interop.ECHO_INITIAL:
            context.send_initial_metadata(((key, value),))
        elif key == interop.ECHO_TRAILING:
            context.set_trailing_metadata(((key, value),))


def refuse(request, context):
    if request.response_status.code != 0:
        context.abort(CODES[request.response_status.code], request.response_status.message)


def zeros(response, size):
    response.payload.body = bytes(size)
    return response


class Servicer:
    def EmptyCall(self, request, context):
        return interop.Empty()

    def UnaryCall(self, request, context):
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        refuse(request, context)
        return zeros(interop.SimpleResponse(), request.response_size)

    def StreamingInputCall(self, requests, context):
        size = sum(len(request.payload.body) for request in requests)
        return interop.InputResponse(aggregated_payload_size=size)

    def StreamingOutputCall(self, request, context):
        if any(wanted.compressed.value for wanted in request.response_parameters):
            context.set_compression(grpc.Compression.Gzip)
        return self.answer(request, context)

    def FullDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in requests:
            yield from self.answer(request, context)

    def answer(self, request, context):
        refuse(request, context)
        for wanted in request.response_parameters:
            if wanted.HasField("compressed") and not wanted.compressed.value:
                context.disable_next_message_compression()
            yield zeros(interop.OutputResponse(), wanted.size)


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), options=interop.OPTIONS)
    server.add_generic_rpc_handlers((interop.handlers(Servicer()),))
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    sys.stdin.read()
    server.stop(0)


main()
