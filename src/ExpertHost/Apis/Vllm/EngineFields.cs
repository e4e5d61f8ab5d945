using System.Collections.Frozen;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using V = ExpertCluster.V1.Vllm;

namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>Every field of vLLM's Generate call (as of November 2026), and what becomes of it here. docs/vllm.md shows it, and a test holds each row to its word.</summary>
internal static class EngineFields
{
    private const string Texts = "texts only";
    private const string Transfer = "hosts hand no keys and values on";
    private const string TextAlone = "answers are tokens; it is of their text";

    private static readonly string Sampling = V.GenerateRequest.Descriptor.FindFieldByNumber(V.GenerateRequest.SamplingParamsFieldNumber).Name;

    public static IReadOnlyList<EngineField> All { get; } =
    [
        Works("request_id", "up to 256 characters, for `Abort`; of those that run each is there once"),
        Works("tokenized.input_ids", "ids of the base's tokens, continued as they stand"),
        Nothing("tokenized.original_text", "the tokens are what is continued"),
        Works("text", "the prompt, which the answer continues; the base's tokenizer reads it, and adds what it puts before a text"),
        Works("stream", "chunks as they come; else the whole alone"),
        Refused("kv_transfer_params", Transfer),
        Refused("kv_transfer_params_json", Transfer),
        Refused("mm_inputs", Texts),
        Refused("extra_mm_inputs", Texts),
        Refused("media_refs", Texts),
        Refused("data_parallel_rank", "a host has no ranks", "0"),
        Works("sampling_params.temperature", "0 to 2, default 1"),
        Works("sampling_params.top_p", "up to 1; 0: 1"),
        Works("sampling_params.top_k", "0: all"),
        Works("sampling_params.min_p", "0 to 1"),
        Works("sampling_params.frequency_penalty", "-2 to 2"),
        Works("sampling_params.presence_penalty", "-2 to 2"),
        Works("sampling_params.repetition_penalty", "up to 2; 0: 1"),
        Works("sampling_params.max_tokens", "1 or above; default 256, cut to what the context leaves"),
        Works("sampling_params.min_tokens", "up to `max_tokens`"),
        Works("sampling_params.stop", "up to 16 texts of 1 to 256 characters"),
        Works("sampling_params.stop_token_ids", "up to 128 ids"),
        Nothing("sampling_params.skip_special_tokens", TextAlone),
        Nothing("sampling_params.spaces_between_special_tokens", TextAlone),
        Works("sampling_params.ignore_eos", "go on past the base's end tokens"),
        Refused("sampling_params.n", "one answer a request", "1"),
        Works("sampling_params.json_schema", "a schema, of [these keywords](api.md#structured-output)"),
        Works("sampling_params.regex", "an expression that the whole answer matches"),
        Works("sampling_params.grammar", "in GBNF"),
        Refused("sampling_params.structural_tag", "`json_schema`, `regex` and `grammar` say what an answer has to be"),
        Works("sampling_params.json_object", "any JSON object; false asks for nothing"),
        Works("sampling_params.choice", "one of its `choices`"),
        Works("sampling_params.logprobs", "0 to 20 likeliest tokens beside the one that came"),
        Refused("sampling_params.prompt_logprobs", "the probabilities of a prompt's tokens are not computed"),
        Works("sampling_params.seed", "default: drawn for each request"),
        Nothing("sampling_params.include_stop_str_in_output", TextAlone),
        Works("sampling_params.logit_bias", "up to 1,024 ids of tokens, each -100 to 100"),
        Refused("sampling_params.truncate_prompt_tokens", "a prompt that is too long is refused, and not cut"),
    ];

    private static readonly FrozenDictionary<string, EngineField> Refusals = All.Where(f => f.State == EngineFieldState.Refused).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>Refuses what would change the answer and isn't built, and what nobody knows.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT, naming the first such field.</exception>
    public static void Check(V.GenerateRequest request)
    {
        Check(request, "");
        UnknownFields.Refuse(request, "");
        if (request.Tokenized is { } tokenized)
        {
            UnknownFields.Refuse(tokenized, "tokenized.");
        }

        if (request.SamplingParams is { } sampling)
        {
            Check(sampling, Sampling + ".");
            UnknownFields.Refuse(sampling, Sampling + ".");
        }
    }

    private static void Check(IMessage message, string prefix)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (Refusals.TryGetValue(prefix + field.Name, out var refused) && IsSet(field, message)
                && Convert.ToString(field.Accessor.GetValue(message), CultureInfo.InvariantCulture) != refused.Neutral)
            {
                throw EngineErrors.Invalid(refused.Name, $"is not supported: {refused.Note}");
            }
        }
    }

    private static bool IsSet(FieldDescriptor field, IMessage message) =>
        field.HasPresence ? field.Accessor.HasValue(message)
        : field.Accessor.GetValue(message) switch
        {
            System.Collections.ICollection many => many.Count > 0,
            uint number => number != 0,
            var other => throw new InvalidOperationException($"{field.FullName} is refused, and nobody knows when {other.GetType().Name} says something"),
        };

    private static EngineField Works(string name, string values) => new(name, EngineFieldState.Works, values);

    private static EngineField Nothing(string name, string why) => new(name, EngineFieldState.ChangesNothing, why);

    private static EngineField Refused(string name, string why, string neutral = "") => new(name, EngineFieldState.Refused, why) { Neutral = neutral };
}
