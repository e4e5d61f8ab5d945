using System.Buffers;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Transport;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>The one place where an error of this process becomes a gRPC status.</summary>
internal static class ExpertErrors
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_.");

    private const string Extra = "extra.";

    /// <summary>As routers and their clients name them.</summary>
    private static readonly FrozenSet<string> Fields = ((IEnumerable<string>)[
        .. StructuredOutput.Fields,
        "prompt", "messages", "max_tokens", "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "stop", "extra",
        "presence_penalty", "frequency_penalty", "logit_bias", "allowed_token_ids", "bad_words", "min_tokens", "stop_token_ids", "top_logprobs", "prompt_tokens", "tokens",
        "chat_template_kwargs", "documents", "tools", "visible_tokens", "continue_final_message", "experts", "merge.experts", "merge.mode", "merge.scope", "resume_tokens", "inputs", "pairs", "truncate_tokens",
        "plan", "candidates", "contributors",
    ]).ToFrozenSet(StringComparer.Ordinal);

    /// <returns>False for what is no expected failure: the framework logs it and answers UNKNOWN.</returns>
    public static bool TryMap(Exception error, CancellationToken cancellation, [NotNullWhen(true)] out RpcException? status)
    {
        status = error switch
        {
            RequestRefusedException { Reason.Length: > 0 } refused => GrpcFailures.ToException(
                refused.Code, refused.Message, refused.Reason, refused.Subject, refused.Code == StatusCode.InvalidArgument ? FieldOf(refused.Message) : null),
            RequestRefusedException { Code: StatusCode.InvalidArgument } => Invalid(error.Message),
            RequestRefusedException refused => Of(refused.Code, refused.Message),
            ExpertBusyException => Of(StatusCode.Unavailable, error.Message),
            InvalidGenerationException => Invalid(error.Message),
            EngineOverloadedException => Of(StatusCode.ResourceExhausted, error.Message),
            EngineDrainingException => Of(StatusCode.Unavailable, error.Message),
            SlowReaderException or StalledReaderException => Of(StatusCode.ResourceExhausted, error.Message),
            GateFailedException or StepFailedException => Of(StatusCode.Internal, error.Message),
            OperationCanceledException when cancellation.IsCancellationRequested => Of(StatusCode.Cancelled, "the caller cancelled"),
            _ => null,
        };
        return status is not null;
    }

    private static RpcException Invalid(string message) => GrpcFailures.ToException(new Failure(FailureKind.InvalidArgument, message, FieldOf(message)));

    /// <summary>What is wrong with a request begins with the field's name, in whichever part of the host it is found.</summary>
    private static string? FieldOf(string message)
    {
        int end = message.AsSpan().IndexOfAnyExcept(NameCharacters);
        string word = end < 0 ? message : message[..end];
        word = word.StartsWith(Extra, StringComparison.Ordinal) ? Extra[..^1] : word;
        return Fields.Contains(word) ? word : null;
    }

    private static RpcException Of(StatusCode code, string message) => new(new Status(code, message));
}
