"""A host as a router sees it: serves Experts on a port of its own, prints the port, and ends with its standard input. A request's
prompt says how it behaves, and it says what happens; whole answers are the tokens 0 to 9, one a message, and go on behind those that it is told to resume."""

import queue
import sys
import threading
from concurrent import futures

import grpc

import contract

LENGTH = 10
CODES = {code.value[0]: code for code in grpc.StatusCode}
REQUEST, CHUNK, _, _ = contract.method_of("/expertcluster.v1.Experts/Generate")
told = queue.Queue()


def say(line):
    print(line, flush=True)


def token(number, text):
    chunk = CHUNK(text=text, finish_reason="FINISH_REASON_LENGTH" if number == LENGTH - 1 else "FINISH_REASON_UNSPECIFIED")
    chunk.tokens.add(id=number)
    return chunk


def generate(request, context):
    behaviour, _, argument = request.prompt.partition(" ")
    start = len(request.resume_tokens)
    say("asked")
    context.set_compression(grpc.Compression.Gzip)
    if behaviour == "refuse":
        context.abort(CODES[int(argument)], "no: 50%\nnicht möglich")
    if behaviour == "fill":
        yield token(LENGTH - 1, "x" * int(argument))
        return
    for number in range(start, LENGTH):
        if number == 4 and start == 0:
            if behaviour == "lose":
                context.abort(CODES[int(argument)], "lost")
            if behaviour == "cut":
                return
            if behaviour == "wait":
                ended = threading.Event()
                context.add_callback(ended.set)
                say("waiting")
                ended.wait()
                say("cancelled")
                return
        if behaviour == "slow":
            told.get()
        yield token(number, f"{number} ")


def main():
    handler = grpc.unary_stream_rpc_method_handler(
        generate, request_deserializer=REQUEST.FromString, response_serializer=CHUNK.SerializeToString
    )
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), options=contract.OPTIONS)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("expertcluster.v1.Experts", {"Generate": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    say(port)
    for line in sys.stdin:
        told.put(line)
    server.stop(0)


main()
