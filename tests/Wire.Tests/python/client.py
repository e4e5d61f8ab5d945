"""Makes the calls that it reads, one a line, to the server at argv[1], and prints what came of each."""

import json
import sys

import grpc
from google.protobuf import json_format

import contract


def text(value):
    return value if isinstance(value, str) else value.decode("latin-1")


def run(channel, call):
    request_type, response_type, request_stream, response_stream = contract.method_of(call["method"])
    requests = [json_format.Parse(request, request_type()) for request in call["requests"]]
    for field, length in call["filled"].items():
        setattr(requests[0], field, "x" * length)
    kind = f"{'stream' if request_stream else 'unary'}_{'stream' if response_stream else 'unary'}"
    stub = getattr(channel, kind)(
        call["method"], request_serializer=request_type.SerializeToString, response_deserializer=response_type.FromString
    )
    options = {
        "metadata": [(name, value.encode() if name.endswith("-bin") else value) for name, value in call["metadata"].items()],
        "timeout": call["deadline"] / 1000 or None,
        "compression": grpc.Compression.Gzip if call["gzip"] else None,
    }
    messages = []
    argument = iter(requests) if request_stream else requests[0]
    running = stub(argument, **options) if response_stream else stub.future(argument, **options)
    try:
        for message in running if response_stream else [running.result()]:
            messages.append(json_format.MessageToDict(message, preserving_proto_field_name=True))
            if len(messages) == call["cancelAfter"]:
                running.cancel()
    except (grpc.RpcError, grpc.FutureCancelledError):
        pass  # The status tells.
    return {
        "messages": messages,
        "status": running.code().value[0],
        "details": running.details(),
        "headers": {name: text(value) for name, value in running.initial_metadata() or ()},
    }


def main():
    with grpc.insecure_channel(sys.argv[1], options=contract.OPTIONS) as channel:
        for line in sys.stdin:
            print(json.dumps(run(channel, json.loads(line))), flush=True)


main()
