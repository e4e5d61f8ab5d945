using System.Text.Json;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Grammars.Sources;
using ExpertCluster.Grammars.Tests.Support;
using Json.Schema;

namespace ExpertCluster.Grammars.Tests.JsonSchemas;

/// <summary>Random schemas, with JsonSchema.Net as the judge of what comes out.</summary>
public sealed class RandomSchemaTests
{
    private const string Count = "EXPERTCLUSTER_GRAMMAR_SCHEMAS";

    [Fact]
    public void Schema_Random_WhatIsDrawnIsValid()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable(Count), out int asked) ? asked : 400;
        Random random = new(20);
        int refused = 0;
        for (int n = 0; n < count; n++)
        {
            string schema = RandomSchema.Make(random).ToJsonString();
            CompiledGrammar grammar;
            try
            {
                grammar = Texts.Compile(GrammarSources.JsonSchema(schema, Texts.Budget));
            }
            catch (GrammarException error)
            {
                // Bounds that leave nothing; anything else would be a schema that ought to be followed.
                Assert.Equal("allows no text at all", error.Message);
                refused++;
                continue;
            }

            var judge = JsonSchema.FromText(schema);
            for (int draw = 0; draw < 3; draw++)
            {
                string text = grammar.Draw(random);
                using var value = JsonDocument.Parse(text);
                if (Judge(judge, value.RootElement) is { } problem)
                {
                    Assert.Fail($"{schema} gave {text}: {problem}");
                }
            }
        }

        Assert.InRange(refused, 0, count / 10);
    }

    /// <summary>What is wrong; null: nothing.</summary>
    private static string? Judge(JsonSchema judge, JsonElement value)
    {
        try
        {
            var verdict = judge.Evaluate(value, Judging);
            return verdict.IsValid ? null : string.Join("; ", (verdict.Details ?? []).Where(d => d.Errors is not null).Select(d => $"{d.InstanceLocation} {string.Join(", ", d.Errors!.Values)}"));
        }
        catch (ArgumentOutOfRangeException)
        {
            // The judge reads times as .NET's, which have no room for the first and last hours of theirs.
            return null;
        }
    }

    private static readonly EvaluationOptions Judging = new() { RequireFormatValidation = true, OutputFormat = OutputFormat.List };
}
