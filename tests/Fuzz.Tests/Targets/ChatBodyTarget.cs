using System.Buffers;
using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Router.Apis;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Planning;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>Bodies of /v1/chat/completions and /v1/completions: read, checked against a catalogue, and answered with an error where they are wrong.</summary>
internal sealed class ChatBodyTarget : FuzzTarget
{
    private static readonly RoutingCatalogue Catalogue = new([new("law", "demo", false), new("code", "demo", false)], [new("demo", "demo", true)]);

    private readonly RequestCheck _check = new(new PolicySet<IMergePolicy>([new RoutePolicy(), new MixPolicy()]));

    public override string Name => "chat-body";

    public override int Executions => 25000;

    public override bool IsJson => true;

    public override long MostAllocated(int length) => (1L << 20) + (500L * length);

    public override IReadOnlyList<string> Words =>
    [
        "model", "auto", "law", "messages", "role", "content", "user", "system", "developer", "assistant", "prompt", "type", "text", "temperature", "top_p", "top_k", "min_p", "max_tokens", "max_completion_tokens", "seed", "stop",
        "stream", "stream_options", "include_usage", "n", "best_of", "logprobs", "top_logprobs", "echo", "logit_bias", "tools", "tool_choice", "response_format", "expert_cluster", "merge", "mix", "k", "scope", "token", "request", "experts",
        "name", "weight", "sampling", "top_n_sigma", "ignore_eos", "repetition_penalty", "presence_penalty", "user", "frequency_penalty", "allowed_token_ids", "bad_words", "min_tokens", "stop_token_ids",
        "continue_final_message", "add_generation_prompt", "chat_template_kwargs", "documents", "tool", "tool_calls", "tool_call_id", "function", "arguments", "id", "reasoning_content", "{}",
    ];

    public override IEnumerable<byte[]> Seeds() => ((string[])
    [
        """{"model":"auto","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Who pays?"}]}],"temperature":0.5,"seed":7,"stop":["\n"],"stream":true,"stream_options":{"include_usage":true}}""",
        """{"prompt":["Who pays?"],"max_tokens":16,"top_p":0.9,"top_k":-1,"logprobs":1,"n":1,"best_of":1,"expert_cluster":{"merge":"mix","k":2,"scope":"request","experts":[{"name":"law","weight":0.6},{"name":"code"}],"sampling":{"top_n_sigma":1}}}""",
        """{"model":"law","messages":[{"role":"user","content":"x"}],"response_format":{"type":"text"},"tools":[],"tool_choice":"none","logit_bias":{},"presence_penalty":0,"max_completion_tokens":5,"logprobs":true}""",
        """{"model":"law","prompt":[[1,2],[3]],"n":2,"seed":9,"logit_bias":{"7":-100,"8":2.5},"allowed_token_ids":[1,2],"bad_words":["x"],"min_tokens":2,"max_tokens":9,"stop_token_ids":[5],"frequency_penalty":1,"logprobs":3}""",
        """{"model":"law","messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c","content":"4"}],"documents":[{"text":"t"}],"chat_template_kwargs":{"a":1.5},"add_generation_prompt":false,"continue_final_message":true}""",
        """{"model":"law","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true}}],"tool_choice":"auto","parallel_tool_calls":false}""",
    ]).Select(Encoding.UTF8.GetBytes);

    public override Outcome Run(byte[] input)
    {
        var http = new DefaultHttpContext { Request = { Body = new MemoryStream(input) } };
        try
        {
            var read = JsonBody.ReadAsync(http, body => OpenAiRequestReader.Read(body, isChat: input.AsSpan().IndexOf("\"prompt\""u8) < 0)).GetAwaiter().GetResult();
            return _check.Find(read.First, Catalogue) is { } failure ? Told(failure) : Outcome.Taken;
        }
        catch (RequestFailedException refused)
        {
            return Told(refused.Failure);
        }
    }

    /// <summary>As its client reads it.</summary>
    internal static Outcome Told(Failure failure)
    {
        if (failure.Kind == FailureKind.Internal)
        {
            throw new InvalidOperationException($"an internal error for what a client sent: {failure.Message}");
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            OpenAiErrors.Write(json, failure);
        }

        using var told = JsonDocument.Parse(buffer.WrittenMemory);
        var error = told.RootElement.GetProperty("error");
        return Outcome.Refused($"{error.GetProperty("message").GetString()} ({error.GetProperty("param").GetString()})");
    }
}
