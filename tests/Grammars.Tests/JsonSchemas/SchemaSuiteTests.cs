using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Grammars.Sources;
using ExpertCluster.Grammars.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Grammars.Tests.JsonSchemas;

/// <summary>The instances of JSON Schema's own test suite, for the keywords that are followed: valid ones can be generated, invalid ones never.</summary>
public sealed partial class SchemaSuiteTests
{
    /// <summary>Schemas of the suite that are refused, each with the reason.</summary>
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["additionalProperties: additionalProperties being false does not allow other properties"] = "#/patternProperties is not followed",
        ["anyOf: anyOf with base schema"] = "#/type stands beside anyOf",
        ["items: an array of schemas for items"] = "#/items must be an object, true or false",
        ["maximum: exclusiveMaximum validation"] = "#/exclusiveMaximum must be a number",
        ["minimum: exclusiveMinimum validation"] = "#/exclusiveMinimum must be a number",
        ["properties: properties, patternProperties, additionalProperties interaction"] = "#/patternProperties is not followed",
        ["ref: relative pointer ref to array"] = "#/items must be an object, true or false",
        ["ref: escaped pointer ref"] = "#/tilda~field is no keyword",
        ["ref: remote ref, containing refs itself"] = "#/$ref refers to another place",
        ["optional/format: validation of URIs"] = "#/format is 'uri'",
    };

    public static TheoryData<string> Files =>
    [
        "additionalProperties", "anyOf", "default", "enum", "items", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "multipleOf", "pattern",
        "properties", "ref", "required", "type", "optional/format",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Suite_Instances_CanBeGeneratedWhereTheyAreValid(string file)
    {
        string suite = Path.Combine(NpmPackages.Install("Grammars.Tests"), "node_modules", "json-schema-test-suite", "tests", "draft4");
        List<string> wrong = [];
        int held = 0;
        foreach (var group in JsonNode.Parse(File.ReadAllText(Path.Combine(suite, $"{file}.json")))!.AsArray())
        {
            string name = $"{file}: {(string)group!["description"]!}";
            string schema = group["schema"]!.ToJsonString();
            CompiledGrammar grammar;
            try
            {
                grammar = Texts.Compile(GrammarSources.JsonSchema(schema, Texts.Budget));
            }
            catch (GrammarException error)
            {
                if (!Refused.TryGetValue(name, out string? reason) || !error.Message.Contains(reason, StringComparison.Ordinal))
                {
                    wrong.Add($"{name} is refused: {error.Message}");
                }

                continue;
            }

            string[] order = [.. Names().Matches(schema).Select(match => match.Groups[1].Value)];
            foreach (var test in group["tests"]!.AsArray())
            {
                string text = JsonSerializer.Serialize(Ordered(test!["data"], order), Spelling);
                held++;
                if (grammar.Allows(text) != (bool)test["valid"]!)
                {
                    wrong.Add($"{name}: {(string)test["description"]!}: {text} valid {test["valid"]}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(held > 0);
    }

    private static readonly JsonSerializerOptions Spelling = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same value with its properties as the schema names them.</summary>
    private static JsonNode? Ordered(JsonNode? value, string[] order) => value switch
    {
        JsonObject all => new JsonObject(all.OrderBy(property => Array.IndexOf(order, property.Key) is >= 0 and var at ? at : int.MaxValue)
            .Select(property => KeyValuePair.Create(property.Key, Ordered(property.Value, order)))),
        JsonArray items => new JsonArray([.. items.Select(item => Ordered(item, order))]),
        _ => value?.DeepClone(),
    };

    [GeneratedRegex("\"([^\"]+)\":")]
    private static partial Regex Names();
}
