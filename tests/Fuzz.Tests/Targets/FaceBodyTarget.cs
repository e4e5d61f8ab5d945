using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Router.Apis;
using ExpertCluster.Router.Apis.Anthropic;
using ExpertCluster.Router.Apis.Responses;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Planning;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>Bodies of /v1/responses, and of /v1/messages and its count: read, checked against a catalogue, and answered with an error where they are wrong.</summary>
internal sealed class FaceBodyTarget : FuzzTarget
{
    private static readonly RoutingCatalogue Catalogue = new([new("law", "demo", false), new("code", "demo", false)], [new("demo", "demo", true)]);

    private readonly RequestCheck _check = new(new PolicySet<IMergePolicy>([new RoutePolicy(), new MixPolicy()]));

    public override string Name => "face-body";

    public override int Executions => 1500;

    public override bool IsJson => true;

    public override long MostAllocated(int length) => (1L << 20) + (500L * length);

    public override IReadOnlyList<string> Words =>
    [
        "model", "law", "messages", "role", "content", "user", "assistant", "system", "developer", "type", "text", "max_tokens", "stop_sequences", "tools", "name", "description", "input_schema", "tool_choice", "auto", "any", "tool", "none",
        "disable_parallel_tool_use", "tool_use", "tool_result", "tool_use_id", "id", "input", "is_error", "thinking", "signature", "cache_control", "message", "input_text", "output_text", "function_call", "call_id", "arguments",
        "function_call_output", "output", "instructions", "max_output_tokens", "format", "function", "parameters", "parallel_tool_calls", "stream", "metadata", "expert_cluster", "merge", "{}", "[]",
    ];

    public override IEnumerable<byte[]> Seeds() => ((string[])
    [
        """{"model":"law","max_tokens":9,"system":[{"type":"text","text":"a"}],"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"tool_use","id":"i","name":"f","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"i","content":"4"}]}],"stop_sequences":["a"],"tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"auto"}}""",
        """{"model":"law","messages":[{"role":"user","content":[{"type":"text","text":"x","cache_control":{}}]}]}""",
        """{"model":"law","input":[{"role":"user","content":[{"type":"input_text","text":"a"}]},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"4"}],"instructions":"b","tools":[{"type":"function","name":"f","parameters":{}}],"text":{"format":{"type":"text"}}}""",
    ]).Select(Encoding.UTF8.GetBytes);

    public override Outcome Run(byte[] input)
    {
        var http = new DefaultHttpContext { Request = { Body = new MemoryStream(input) } };
        try
        {
            var read = JsonBody.ReadAsync(http, Read).GetAwaiter().GetResult();
            return _check.Find(read, Catalogue) is { } failure ? ChatBodyTarget.Told(failure) : Outcome.Taken;
        }
        catch (RequestFailedException refused)
        {
            return ChatBodyTarget.Told(refused.Failure);
        }
    }

    private static CompletionRequest Read(JsonElement body) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty("input", out _) ? ResponsesReader.Read(body).Request
        : body.ValueKind == JsonValueKind.Object && body.TryGetProperty("max_tokens", out _) ? MessagesReader.Read(body).Request
        : MessagesReader.ReadCounted(body);
}
