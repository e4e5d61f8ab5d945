using System.Text;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Router.Apis.KServe;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Planning;
using ExpertCluster.V1.KServe;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>Bodies of KServe's infer and generate; as infer's, they are tried as messages of the wire, too, where protobuf's JSON takes them.</summary>
internal sealed class InferTarget : FuzzTarget
{
    private static readonly RoutingCatalogue Catalogue = new([new("law", "demo", false), new("code", "demo", false)], [new("demo", "demo", true)]);

    private static readonly JsonParser Messages = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    private readonly RequestCheck _check = new(new PolicySet<IMergePolicy>([new RoutePolicy()]));

    public override string Name => "infer-body";

    public override int Executions => 5000;

    public override bool IsJson => true;

    public override long MostAllocated(int length) => (1L << 20) + (500L * length);

    public override IReadOnlyList<string> Words =>
    [
        "inputs", "name", "text_input", "datatype", "BYTES", "BOOL", "INT32", "FP32", "FP64", "UINT64", "shape", "data", "parameters", "binary_data_size", "outputs", "text_output", "sampling_parameters", "{}", "stop", "stream",
        "max_tokens", "temperature", "seed", "contents", "bytes_contents", "int_contents", "raw_input_contents", "int64_param", "string_param", "lora_name", "exclude_input_in_output", "model_name", "NaN", "AQAAAGE=",
    ];

    public override IEnumerable<byte[]> Seeds() => ((string[])
    [
        """{"id":"i","inputs":[{"name":"text_input","shape":[1],"datatype":"BYTES","data":["a"]},{"name":"max_tokens","shape":[1,1],"datatype":"INT32","data":[[5]]}],"parameters":{"temperature":0},"outputs":[{"name":"text_output"}]}""",
        """{"text_input":"a","parameters":{"stream":false,"sampling_parameters":"{\"stop\":[\"x\"]}"}}""",
        """{"model_name":"law","inputs":[{"name":"text_input","shape":["1"],"datatype":"BYTES","contents":{"bytes_contents":["YQ=="]}}],"parameters":{"seed":{"int64_param":"7"}}}""",
        """{"model_name":"law","inputs":[{"name":"text_input","shape":["1"],"datatype":"BYTES"}],"raw_input_contents":["AQAAAGE="]}""",
    ]).Select(Encoding.UTF8.GetBytes);

    public override Outcome Run(byte[] input)
    {
        try
        {
            return _check.Find(Read(input), Catalogue) is { } failure ? ChatBodyTarget.Told(failure) : Outcome.Taken;
        }
        catch (RequestFailedException refused)
        {
            return ChatBodyTarget.Told(refused.Failure);
        }
    }

    private static CompletionRequest Read(byte[] input)
    {
        if (input.AsSpan().IndexOf("\"model_name\""u8) >= 0 && MessageOf(input) is { } message)
        {
            return WireInput.Read(message).Completion;
        }

        var http = new DefaultHttpContext { Request = { Body = new MemoryStream(input) } };
        var read = input.AsSpan().IndexOf("\"inputs\""u8) >= 0 ? HttpInput.ReadInferAsync(http, "law", "") : HttpInput.ReadGenerateAsync(http, "law", "");
        return read.GetAwaiter().GetResult().Completion;
    }

    /// <summary>Null: it is no message, which is protobuf's to say.</summary>
    private static ModelInferRequest? MessageOf(byte[] input)
    {
        try
        {
            return Messages.Parse<ModelInferRequest>(Encoding.UTF8.GetString(input));
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }
}
