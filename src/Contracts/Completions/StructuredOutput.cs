using System.Collections.Frozen;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Contracts.Completions;

/// <summary>What an answer's text has to be. It is held to it token by token, whoever gives the tokens; an answer that its length cuts says so.</summary>
public sealed record StructuredOutput
{
    /// <summary>UTF-16 units of <see cref="Source"/>, and of all <see cref="Choices"/>.</summary>
    public const int LongestSource = 262_144;

    public const int MostChoices = 4_096;

    /// <summary>What it is called where nobody has named it.</summary>
    public const string OwnField = "structured_output";

    public required StructuredOutputKind Kind { get; init; }

    /// <summary>A schema, an expression or a grammar; empty for the other kinds.</summary>
    public string Source { get; init; } = "";

    /// <summary>Of a choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The field by which the client gave it, one of <see cref="Fields"/>: errors name it.</summary>
    public string Field { get; init; } = OwnField;

    /// <summary>Fields of APIs that ask for it.</summary>
    public static FrozenSet<string> Fields { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        OwnField, "response_format", "structured_outputs", "guided_json", "guided_regex", "guided_choice", "guided_grammar", "tool_choice", "text.format", "output_config",
        "json_object", "json_schema", "regex", "grammar", "choice");

    /// <summary>What is wrong with its size; null: nothing. What it says, hosts read.</summary>
    public static Failure? Check(StructuredOutput? structure) => structure switch
    {
        null => null,
        _ when structure.Source.Length > LongestSource => Failure.Invalid(structure.Field, $"{structure.Field} has {structure.Source.Length} characters; at most {LongestSource} are taken"),
        { Kind: StructuredOutputKind.Choice } when structure.Choices.Count is 0 or > MostChoices =>
            Failure.Invalid(structure.Field, $"{structure.Field} has {structure.Choices.Count} texts; 1 to {MostChoices} are taken"),
        { Kind: StructuredOutputKind.Choice } when structure.Choices.Sum(text => (long)text.Length) > LongestSource =>
            Failure.Invalid(structure.Field, $"{structure.Field} has texts of more than {LongestSource} characters in all"),
        { Kind: StructuredOutputKind.JsonSchema or StructuredOutputKind.Regex or StructuredOutputKind.Grammar, Source.Length: 0 } =>
            Failure.Invalid(structure.Field, $"{structure.Field} is empty"),
        _ => null,
    };
}
