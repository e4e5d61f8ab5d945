using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis.Grpc;

/// <summary>From the wire's structured output to ours.</summary>
internal static class WireStructure
{
    /// <exception cref="RequestFailedException">It says nothing, or several things.</exception>
    public static StructuredOutput Read(V1.StructuredOutput structure)
    {
        (bool IsThere, StructuredOutputKind Kind, string Source)[] given =
        [
            (structure.JsonObject, StructuredOutputKind.JsonObject, ""),
            (structure.JsonSchema.Length > 0, StructuredOutputKind.JsonSchema, structure.JsonSchema),
            (structure.Regex.Length > 0, StructuredOutputKind.Regex, structure.Regex),
            (structure.Choice.Count > 0, StructuredOutputKind.Choice, ""),
            (structure.Grammar.Length > 0, StructuredOutputKind.Grammar, structure.Grammar),
        ];
        return Array.FindAll(given, one => one.IsThere) is [var only]
            ? new StructuredOutput { Kind = only.Kind, Source = only.Source, Choices = [.. structure.Choice] }
            : throw new RequestFailedException(
                FailureKind.InvalidArgument, "structured_output takes one of json_object, json_schema, regex, choice and grammar", StructuredOutput.OwnField);
    }
}
