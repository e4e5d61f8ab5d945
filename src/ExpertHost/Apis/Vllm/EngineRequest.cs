using System.Security.Cryptography;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.V1;
using Grpc.Core;
using V = ExpertCluster.V1.Vllm;

namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>From vLLM's request to a plan; who answers is not in it.</summary>
internal static class EngineRequest
{
    private const string JsonObject = "json_object";

    /// <summary>Fields of what an answer is held to.</summary>
    private static readonly string[] Constraints = ["json_schema", "regex", "grammar", JsonObject, "choice"];

    private static readonly V.SamplingParams Defaults = new();

    /// <exception cref="RpcException">INVALID_ARGUMENT, naming the field.</exception>
    public static GenerateRequest Read(V.GenerateRequest request)
    {
        EngineFields.Check(request);
        var sampling = request.SamplingParams ?? Defaults;
        var plan = new GenerateRequest
        {
            Mode = MergeMode.Route,
            Scope = V1.MergeScope.Request,
            K = 1,
            Sampling = ReadSampling(sampling),
            StructuredOutput = ReadStructure(sampling),
        };
        switch (request)
        {
            case { HasText: true, Tokenized: not null }:
                throw EngineErrors.Invalid("tokenized", "is there beside text; one of them has the prompt");
            case { HasText: true }:
                plan.Prompt = request.Text;
                break;
            case { Tokenized.InputIds.Count: > 0 }:
                plan.PromptTokens.AddRange(request.Tokenized.InputIds.Select(id => ToInt("tokenized.input_ids", id)));
                break;
            case { Tokenized: not null }:
                throw EngineErrors.Invalid("tokenized.input_ids", "is empty");
            default:
                throw EngineErrors.Invalid("text", "is missing, and so is tokenized; one of them has the prompt");
        }

        return plan;
    }

    /// <summary>Where a field has no presence, what no value could mean is what its absence does.</summary>
    private static V1.Sampling ReadSampling(V.SamplingParams from)
    {
        var sampling = new V1.Sampling
        {
            Temperature = from.HasTemperature ? from.Temperature : 1,
            TopK = ToInt("top_k", from.TopK),
            TopP = from.TopP == 0 ? 1 : from.TopP,
            MinP = from.MinP,
            FrequencyPenalty = from.FrequencyPenalty,
            PresencePenalty = from.PresencePenalty,
            RepetitionPenalty = from.RepetitionPenalty == 0 ? 1 : from.RepetitionPenalty,
            Seed = from.HasSeed ? unchecked((ulong)from.Seed) : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            IgnoreEos = from.IgnoreEos,
            Stop = { from.Stop },
            StopTokenIds = { from.StopTokenIds.Select(id => ToInt("stop_token_ids", id)) },
            LogitBias = { from.LogitBias },
        };
        if (from.HasMaxTokens)
        {
            sampling.MaxTokens = ToInt("max_tokens", from.MaxTokens);
        }

        if (from.MinTokens > 0)
        {
            sampling.MinTokens = ToInt("min_tokens", from.MinTokens);
        }

        if (from.HasLogprobs)
        {
            sampling.TopLogprobs = from.Logprobs is >= 0 and <= SamplingRanges.MostTop
                ? from.Logprobs
                : throw EngineErrors.Invalid("logprobs", $"is {from.Logprobs}; it must be from 0 to {SamplingRanges.MostTop}");
        }

        return sampling;
    }

    private static V1.StructuredOutput? ReadStructure(V.SamplingParams from)
    {
        string[] set = [.. Constraints.Where(name => V.SamplingParams.Descriptor.FindFieldByName(name).Accessor.HasValue(from))];
        if (set.Length > 1)
        {
            throw EngineErrors.Invalid(set[1], $"is there beside {set[0]}; an answer is held to one of them");
        }

        string field = set.Length > 0 ? set[0] : JsonObject;
        var (kind, source) = field switch
        {
            "json_schema" => (StructuredOutputKind.JsonSchema, from.JsonSchema),
            "regex" => (StructuredOutputKind.Regex, from.Regex),
            "grammar" => (StructuredOutputKind.Grammar, from.Grammar),
            "choice" => (StructuredOutputKind.Choice, ""),
            _ => (StructuredOutputKind.JsonObject, ""),
        };
        if (kind == StructuredOutputKind.JsonObject)
        {
            return from.JsonObject ? new V1.StructuredOutput { JsonObject = true, Field = JsonObject } : null;
        }

        string[] choices = kind == StructuredOutputKind.Choice ? [.. from.Choice.Choices] : [];
        if (Contracts.Completions.StructuredOutput.Check(new() { Kind = kind, Source = source, Choices = choices, Field = field }) is { } problem)
        {
            throw Node.Transport.GrpcFailures.ToException(problem);
        }

        var structure = new V1.StructuredOutput { Field = field, Choice = { choices } };
        switch (kind)
        {
            case StructuredOutputKind.JsonSchema:
                structure.JsonSchema = source;
                break;
            case StructuredOutputKind.Regex:
                structure.Regex = source;
                break;
            case StructuredOutputKind.Grammar:
                structure.Grammar = source;
                break;
        }

        return structure;
    }

    private static int ToInt(string field, uint value) =>
        value <= int.MaxValue ? (int)value : throw EngineErrors.Invalid(field, $"has {value}; at most {int.MaxValue} is taken");
}
